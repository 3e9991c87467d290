"""How a gap moved: `/gap GAP-42 history`."""
