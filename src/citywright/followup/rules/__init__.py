"""What is allowed, due, late? One file per loop: tables first."""
