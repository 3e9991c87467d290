"""Move requests that are about something else to a gap of their own."""
