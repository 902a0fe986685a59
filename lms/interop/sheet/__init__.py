"""A spreadsheet of questions, one a row, that a trainer understands without a manual; XLSX and CSV, in and out."""
