"""The weekly digest: posted to channels, subscribed to with a form."""
