"""The administrator's desk: people, teams, roles, publication, sample, audit."""
