"""The outbox: what puts events in, who claims which, and who delivers them."""
