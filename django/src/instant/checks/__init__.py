"""What ``manage.py check`` says of the app, and what it knows of weak keys and old settings."""
