"""Words and rules of the product. Standard library only."""
