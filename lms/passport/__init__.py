"""What stands behind each behaviour of one person, from opened to seen by a second observer, and how it fades."""
