"""The engine as a program: where it is, what it is configured with, how it is run."""
