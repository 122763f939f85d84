"""What is allowed, due, missing? The catalogue and its conditions: tables and pure functions."""
