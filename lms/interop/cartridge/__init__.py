"""Common Cartridge 1.1 to 1.3, Canvas's own flavour with it: quizzes and question banks in QTI 1.2, read only.

Source: IMS Common Cartridge Profile 1.3 and its QTI 1.2.1 profile; Canvas exports.
"""
