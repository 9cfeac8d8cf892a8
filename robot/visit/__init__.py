"""The visit: who stands here, what they want, what was asked and answered, until the wipe."""
