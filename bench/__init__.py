"""What is measured, with the limit beside it: `make bench` writes bench/results.json and prints the table."""
