"""The pages on which managers put reports together and fetch their files."""
