"""Loads the suite's own plugins; fixtures are in tests/conftest.py."""

pytest_plugins = (
    "tests.skips_fail_in_ci",
    "tests.one_process_each",
    "tests.browser_tests_last",
    "tests.domain_coverage",
    "tests.quick_python",
)
