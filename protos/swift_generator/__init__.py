"""Writes the Swift for a proto file."""
