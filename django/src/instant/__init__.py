"""Live events for a Django site."""
