"""How is typed text read? Forms of projects; they decide nothing."""
