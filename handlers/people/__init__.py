"""Keep the mirror of Slack's people true."""
