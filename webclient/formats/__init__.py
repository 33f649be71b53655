"""Dates as the product writes them, where Django's own for a language would do otherwise."""
