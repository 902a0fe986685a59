"""The sample organisation: sixty believable people, made from a seed, removable with one command."""
