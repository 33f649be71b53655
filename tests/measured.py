"""What an instrument shows now: tests compare before and after, because the instruments belong to the process."""

from collections.abc import Callable

from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families


def measured(instrument: MetricWrapperBase, *, of: str = "", **labels: str) -> float:
    """The sum of its samples with these labels; of a histogram those called `of`: count or sum."""
    endings = {f"_{of}"} if of else {"", "_total"}
    return sum(
        sample.value
        for family in instrument.collect()
        for sample in family.samples
        if sample.name.removeprefix(family.name) in endings and labels.items() <= sample.labels.items()
    )


def growth(instrument: MetricWrapperBase, *, of: str = "", **labels: str) -> Callable[[], float]:
    """By how much it has grown since now."""
    before = measured(instrument, of=of, **labels)
    return lambda: measured(instrument, of=of, **labels) - before


def samples(page: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every number on a page of /metrics, by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def sample(page: str, name: str, **labels: str) -> float:
    return samples(page)[name, frozenset(labels.items())]
