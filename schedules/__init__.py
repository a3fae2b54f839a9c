"""When the night runs: by the clock, and from a shell."""
