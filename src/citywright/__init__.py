"""城匠 Citywright: projects and daily closed loops of a Chinese city or district."""

__version__ = "0.1.0"
