"""Small whole examples that a new file begins from: each compiles without a word of complaint, and reads well."""
