"""What answers add up to: statistics of questions and quizzes from first attempts; reads only, writes nothing.

The formulas are pure and work on counts that the database groups; which figures are worth showing, and what is
to be mended first, are rules here too. Words and pages are the desks'.
"""
