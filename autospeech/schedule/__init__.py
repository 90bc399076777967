"""What to do with the next second of the budget."""
