"""What the buddy of a plan saw of it at work: for its person alone, and in no figure."""
