"""One ASGI app: citizen channel, staff channel, action endpoint, health."""
