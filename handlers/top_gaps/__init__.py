"""The ranked list: `/top-gaps`."""
