"""The edge: everything a browser touches."""
