"""Bringing in what was written elsewhere, and handing out what a course holds."""
