"""Whether an event gets from the site into a browser, and which link is broken when it doesn't."""
