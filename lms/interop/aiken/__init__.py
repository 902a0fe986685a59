"""Aiken: single choices in plain text, in and out. Source: docs.moodle.org/en/Aiken_format."""
