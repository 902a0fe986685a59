"""The format: files of `courses/` read, checked and compiled. What is stored and found is one folder up."""
