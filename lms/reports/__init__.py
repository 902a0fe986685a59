"""Reports that people put together: what is asked, which rows answer it within their own sight, kept as files."""
