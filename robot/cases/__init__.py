"""Cases (Vorgänge): what a visit hands over, sealed at rest, exactly once."""
