"""What can be asked? The catalogue in force, dossiers and their handlings, plans, what logs tell."""
