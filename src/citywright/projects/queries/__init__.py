"""queries of projects, one module per part of the work."""
