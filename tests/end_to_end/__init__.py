"""Walks of the whole product in a real Chromium."""
