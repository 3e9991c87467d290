"""Decide about new gaps from Slack: the card, its forms, questions to requesters, lists of what waits."""
