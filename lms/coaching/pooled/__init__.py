"""What observing and coaching add up to by team and month, for whoever looks from further above."""
