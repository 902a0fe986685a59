"""What is asked and how it is marked: `kinds` has one module a question type, each with the same verbs; pure.

`paper` reads what authors write. Who answered what, and when, is in lms.progress.
"""
