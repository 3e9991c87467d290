"""File a product gap request: the form, its answers, and the messages that follow."""
