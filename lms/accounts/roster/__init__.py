"""People and teams brought in from a file and taken out in the same shape; a plan first, then exactly the plan."""
