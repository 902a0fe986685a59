"""Releases at the trainer's desk: held or at once, what is different, publishing, the way back, wrong keys."""
