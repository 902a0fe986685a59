"""A person's own lists for her mentor: topics, meetings, themes; nobody else's code may ask for them (a contract)."""
