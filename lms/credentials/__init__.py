"""What was earned: certificates, their standing, and what a stranger may verify."""
