"""What people answer in surveys and try on themselves with checklists, kept so that nobody can be looked up.

An anonymous answer is kept without the person, beside a list of who has answered, with nothing to join the two.
"""
