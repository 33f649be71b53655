"""The one row that a filter leaves, or none."""

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def sole(rows: QuerySet[M]) -> M | None:
    """For what at most one row can meet. `first` would sort it, which takes Django as long as all the rest."""
    return next(iter(rows.order_by()[:1]), None)
