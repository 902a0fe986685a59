"""What answers and runs tell a course's trainer, in words and figures."""
