"""The governed Top 10: the list, proposals to change it, and what is said about them."""
