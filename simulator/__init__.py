"""The world outside: devices at the other end of each wire, and citizens."""
