"""Who is told what on which day: what is due, what ends, leave, quiet hours, and the managers' week."""
