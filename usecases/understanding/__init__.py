"""Read what somebody writes about a customer, by rules: no model, no network, the same answer every time.

Each part finds its own kind of thing and says where it stood (`spans`), so that what is left can become the title.
"""
