"""What authors write: a question's parts and the shapes of its answers, read from lines of Markdown."""
