"""The directory as a table: what an export writes and an import reads back without changing anything."""

from collections.abc import Iterator

from presence.domain.import_columns import EMAIL, EXPORTED_COLUMNS, NUMBER, cell_text
from presence.models import Extension
from presence.selectors.settings import own_values


def extension_table() -> Iterator[list[str]]:
    """The header, then everybody by number. A rule that comes from a template is an empty cell; three queries."""
    extensions = list(Extension.objects.select_related("department", "user").by_number())
    own = own_values(extensions)
    yield list(EXPORTED_COLUMNS)
    for extension in extensions:
        email = extension.user.email if extension.user else ""
        values = {**own[extension.pk], NUMBER: extension.number, EMAIL: email}
        yield [cell_text(values.get(column)) for column in EXPORTED_COLUMNS]
