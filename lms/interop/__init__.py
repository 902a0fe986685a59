"""Questions in other formats, in and out: one file a standard, each a pure converter to and from drafts.

A reader never raises for what a file holds and never drops anything silently: what cannot be kept is a loss.
"""
