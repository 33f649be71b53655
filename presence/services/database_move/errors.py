"""Why a move does not take place."""


class MoveError(Exception):
    """In words for whoever asked for the move; nothing has been changed."""
