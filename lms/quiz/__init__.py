"""What is asked and how it is marked: one module a question type, each with the same verbs; pure."""
