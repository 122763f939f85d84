"""What can be done? Catalogues, dossiers with the one form, handlings with their clock."""
