"""Branching scenarios: moments, choices and what they change, read from an author's file and checked as a graph.

Pure. Playing one and what a player chose are not here.
"""
