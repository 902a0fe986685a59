"""Observing at work: who is due, the form, what was given, and what it adds up to."""
