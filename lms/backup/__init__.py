"""One file that holds one moment of the database, the same on SQLite and PostgreSQL, and the way back from it."""
