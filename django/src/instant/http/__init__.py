"""What the endpoints share: refusals in JSON, bodies, origins, forgery."""
