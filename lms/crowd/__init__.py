"""An organisation of any size with two years of history, for trying and measuring; made by one command.

Nobody in it is real, and everybody is marked as of the sample. The same seed on the same day makes the same
organisation. Everything but `bulk` and `filling` is pure. Nothing in it is needed by the product.
"""
