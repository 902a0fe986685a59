"""Who did what, when and from where: an append-only record in the same transaction as the deed."""
