"""Markdown from elsewhere and our own courses as archives: folders, MkDocs sites, LiaScript."""
