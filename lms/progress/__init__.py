"""What a learner did: enrolments, lessons, attempts and completion; assignments and due dates."""
