"""What is seen on the job and talked about: observations and replies, observers who mark alike, coaching notes."""
