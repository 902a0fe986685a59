"""What is taught: the format read, checked and compiled; releases and what learners may find in them."""
