"""QTI 2.1, 2.2 and 3.0: items and tests, alone or in packages, in and out.

Source: IMS Question and Test Interoperability 2.1 and 2.2, 1EdTech QTI 3.0.
"""
