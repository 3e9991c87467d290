"""Requests by conversation: in direct messages, by mention, from a message that somebody points at."""
