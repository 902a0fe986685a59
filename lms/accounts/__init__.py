"""Who someone is: people, sign-in, sessions and roles; teams as a tree with joiners and leavers."""
