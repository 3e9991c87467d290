"""The Slack edge, in both directions: one folder per conversation."""
