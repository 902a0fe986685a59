"""Reminders: what is told, when, to whom; planned and sent by nodes that share a database."""
