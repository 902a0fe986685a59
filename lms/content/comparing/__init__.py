"""What two states of a course have in common, from words to questions; pure. `lms.content.differences` asks it."""
