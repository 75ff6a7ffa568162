"""Users of the site's own kind: known by e-mail and a UUID, without groups, staff or superusers."""
