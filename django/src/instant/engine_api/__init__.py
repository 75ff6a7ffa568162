"""The engine as it is asked by the site: its HTTP API, over connections that are kept."""
