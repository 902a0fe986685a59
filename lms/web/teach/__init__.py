"""The trainer's desk: courses as published, and what is wrong in their files."""
