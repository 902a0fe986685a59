"""What a learner did: enrolments, lessons, attempts and completion. Who is asked to learn what is in `plans`."""
