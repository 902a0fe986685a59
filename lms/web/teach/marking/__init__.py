"""The queue of open answers that a person marks."""
