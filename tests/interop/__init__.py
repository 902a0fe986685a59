"""Questions in other formats, in and out."""
