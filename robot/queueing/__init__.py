"""Tickets: numbers in the order in which cases and visitors come."""
