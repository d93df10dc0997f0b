"""The command line: parse, call one service, print; every step of a review can be scripted."""

from __future__ import annotations

import sys

from ecpanel import OWN_SUFFIXES

# Nothing else is imported here, so that `--version` answers at once.

OK = 0
USAGE = 2
REFUSED = 3
FAULTY = 4
PARTLY = 5
BUG = 70
CANCELLED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 done, 2 usage, 3 refused with one sentence, 4 checked
    and found faulty, 5 done in part, 70 a fault of our own, 130 cancelled."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--version"]:
        from ecpanel import __version__

        sys.stdout.write(f"ecpanel {__version__}\n")
        return OK
    if not given or (len(given) == 1 and given[0].lower().endswith(OWN_SUFFIXES)):
        from ecpanel.cli.window import show_window

        return show_window(given)
    from ecpanel.cli.app import run

    return run(given)
