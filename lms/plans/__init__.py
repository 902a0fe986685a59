"""Plans: who is asked to learn what, and by when; what people then do is kept by `progress`."""
