"""The verbs of the product, one module each. They know neither Slack's payloads nor its blocks."""
