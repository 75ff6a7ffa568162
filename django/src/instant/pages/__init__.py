"""What goes into a site's pages: the client, scripts, handlers, and where the socket is."""
