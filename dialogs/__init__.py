"""What the colleague says and understands: the Rasa project and the catalogue of services."""
