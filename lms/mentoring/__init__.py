"""A person's own lists for her mentor: topics, meetings, themes; a contract keeps everybody else's code out."""
