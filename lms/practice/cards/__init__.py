"""Questions that come back in time: a card is one behaviour that one person has learned.

What she answers and when a behaviour comes back is hers: nobody else is told any of it, not even as a count.
"""
