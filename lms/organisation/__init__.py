"""The organisation itself: its name, the variables lessons speak of, and whether it is the sample."""
