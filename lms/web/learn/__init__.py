"""The learner's desk: home, courses, lessons, quizzes, certificates, search."""
