"""Ten minutes of a team with one lesson: when, with whom, how long, and which lesson would help most next."""
