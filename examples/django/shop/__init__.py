"""A shop whose orders are live."""
