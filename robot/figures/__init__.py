"""What is counted, without a person in it: visits, waits, devices; and what is told of it."""
