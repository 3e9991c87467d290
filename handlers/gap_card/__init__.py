"""One gap: what `/gap GAP-42` and the *Open* buttons show."""
