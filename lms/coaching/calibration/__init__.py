"""Observers mark the same contacts alone, then all marks are shown: where they differ, a line wants rewording."""
