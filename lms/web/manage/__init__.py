"""The manager's desk: own teams, people, assignments and exports."""
