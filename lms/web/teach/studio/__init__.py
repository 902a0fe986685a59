"""The studio: a course's files as a tree, one file with the learner's page beside it, its drafts and media."""
