"""The colleague: receives a visitor, leads the visit, hands the case over."""
