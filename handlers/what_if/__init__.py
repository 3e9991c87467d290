"""Try other settings before arguing about them."""
