"""The sample organisation: sixty believable people and their first weeks, made and removed with one command each.

Everything but `staffing`, `learning`, `filling` and `removing` is pure. Nothing in it is needed by the product.
"""
