"""Coverage-guided fuzzing of everything that parses what a card, a document or a printed code says."""
