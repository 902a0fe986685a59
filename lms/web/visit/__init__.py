"""The desk for anyone: signing in, set-up, verifying a certificate, health."""
