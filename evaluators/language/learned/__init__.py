"""What was learned from labelled lines, beside what the expressions know; tests/training makes it."""
