"""Django's SQLite, whose writers of one process wait for one another instead of for SQLite's clock."""
