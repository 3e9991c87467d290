"""What became of a gap, for those who asked: messages, how to get them, and the forms that cause them."""
