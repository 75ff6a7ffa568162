"""How an event is published: its envelope, the command to the engine, and when it is sent."""
