"""What the Lantern course server knows and can do; its pages are under lms.web."""
