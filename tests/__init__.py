"""Tests: the rooms' beside the tree's root, the desks' in web, whole walks in end_to_end."""
