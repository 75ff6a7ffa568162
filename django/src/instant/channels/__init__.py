"""Channels: their levels and names, which one a name means, and who may see which."""
