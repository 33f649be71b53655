"""The demo company: the people of SPEC.md's acceptance story and their colleagues, or a company of any size."""

import itertools

DEPARTMENTS = ("Reception", "Sales", "Support", "Engineering")

# number, name, login, department
PEOPLE = (
    ("100", "Olga Zielińska", "olga", "Reception"),
    ("101", "Adam Nowak", "adam", "Sales"),
    ("102", "Piotr Adamiak", "piotr", "Sales"),
    ("103", "Anna Kowalska", "anna", "Reception"),
    ("104", "Tomasz Wiśniewski", "tomasz", "Sales"),
    ("105", "Katarzyna Wójcik", "katarzyna", "Sales"),
    ("106", "Michał Kamiński", "michal", "Sales"),
    ("107", "Ewa Lewandowska", "ewa", "Sales"),
    ("110", "Jan Szymański", "jan", "Support"),
    ("111", "Magdalena Woźniak", "magdalena", "Support"),
    ("112", "Paweł Dąbrowski", "pawel", "Support"),
    ("113", "Agnieszka Kozłowska", "agnieszka", "Support"),
    ("114", "Krzysztof Jankowski", "krzysztof", "Support"),
    ("115", "Joanna Mazur", "joanna", "Support"),
    ("120", "Marcin Krawczyk", "marcin", "Engineering"),
    ("121", "Zofia Piotrowska", "zofia", "Engineering"),
    ("122", "Łukasz Grabowski", "lukasz", "Engineering"),
    ("123", "Maria Pawłowska", "maria", "Engineering"),
    ("124", "Jakub Michalski", "jakub", "Engineering"),
    ("125", "Natalia Król", "natalia", "Engineering"),
    ("126", "Stanisław Wieczorek", "stanislaw", "Engineering"),
    ("127", "Barbara Jabłońska", "barbara", "Reception"),
    ("128", "Grzegorz Wróbel", "grzegorz", "Support"),
)
OPERATOR = "olga"

# number, name, kind, members in their order, strategy, where the calls go that nobody takes
SYSTEM_EXTENSIONS = (
    ("800", "Support queue", "queue", ("110", "111", "112", "113"), "longest_idle", ("extension_voicemail", "110")),
    ("810", "Sales team", "ring_group", ("101", "102", "104", "105"), "all", ("extension_voicemail", "101")),
    ("850", "Receptionist", "digital_receptionist", (), "all", ("extension", "100")),
)
# key, words, destination
RECEPTIONIST_OPTIONS = (
    ("1", "Support", "system_extension", "800"),
    ("2", "Sales", "system_extension", "810"),
    ("0", "Reception", "extension", "100"),
)

_FIRST_NAMES = ("Adam", "Anna", "Piotr", "Ewa", "Jan", "Maria", "Paweł", "Zofia", "Tomasz", "Julia", "Marek", "Hanna")
_LAST_NAMES = ("Lis", "Wilk", "Zając", "Sowa", "Kos", "Dudek", "Wrona", "Sikora", "Gil", "Bąk", "Żak", "Cichoń", "Jeż")


def crowd(count: int, taken: set[str]) -> list[tuple[str, str]]:
    """`count` further (number, name) pairs with numbers of one length that nobody has."""
    first = 1000 if count < 8000 else 100_000
    numbers = (str(n) for n in itertools.count(first) if str(n) not in taken)
    names = itertools.cycle(f"{a} {b}" for b in _LAST_NAMES for a in _FIRST_NAMES)
    return list(itertools.islice(zip(numbers, names, strict=False), count))
