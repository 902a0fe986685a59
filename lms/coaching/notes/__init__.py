"""Talks between a coach and one of her people, and what leaders show themselves."""
