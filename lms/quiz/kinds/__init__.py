"""One module a question type, each with the verbs of `quiz.verbs.Kind`; nothing here knows another type."""
