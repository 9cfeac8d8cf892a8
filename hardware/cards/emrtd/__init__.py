"""Electronic travel documents: protocols, data groups, authenticity (ICAO 9303-10, -11, -12)."""
