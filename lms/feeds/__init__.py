"""Calendars by private address: what is due and what ends, for a program that cannot sign in."""
