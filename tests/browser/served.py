"""`python -m tests.browser.served --demo`: the product as `manage.py serve` serves it.

It compares itself with its database more often: the clerk writes there behind its back, and each test waits until it
has noticed.
"""

import os
import sys
from dataclasses import replace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webclient.settings")
django.setup()

from django.core.management import execute_from_command_line  # noqa: E402 - what it runs exists only after setup

from presence import hub  # noqa: E402
from presence.hub.pace import Pace  # noqa: E402

HEAL_SECONDS = 0.25

if __name__ == "__main__":
    hub.reset(pace=replace(Pace(), heal=HEAL_SECONDS))
    execute_from_command_line(["manage.py", "serve", *sys.argv[1:]])
