"""HTML to the house's Markdown and back: what foreign formats bring becomes what an author could have written.

`lms.interop.prose.taming` is the door for foreign text, `blocks` and `inline` write. Chosen over a library: see
docs/interop.md.
"""
