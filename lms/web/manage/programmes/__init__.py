"""Programmes: put together, looked at before they hold, and followed from then on."""
