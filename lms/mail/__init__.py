"""Mail to people: what is to be told them is written into the outbox with the deed, and sent at most once."""
