"""What keeps a course alive after it: plans in one's own words, questions that come back in time, huddles.

Somebody's plans and answers here are hers: other people get counts, and what she chose to share.
"""
