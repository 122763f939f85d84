"""What does an indicator mean? One file per subject."""
