"""Access that ends: what takes it away, who keeps it, and what the engine is told."""
