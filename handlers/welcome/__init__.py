"""Opening the app, writing to it, and everything that nobody else listens to."""
