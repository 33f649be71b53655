"""The domain: everything that would still be true with no browser."""
