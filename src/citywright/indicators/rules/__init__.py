"""Relations between figures, judged with their arithmetic: tables and pure functions."""
