"""The command line: read pictures, train a network, evaluate and import models; accounts and backups of a server.

Exit codes: 0 all well; 1 something could not be read; 2 the command could not be done at all (wrong
usage, no such model, damaged data); 130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from hdr_core.cli import accounts, backup, evaluate, models, read, train
from hdr_core.errors import HdrError
from hdr_core.text import visible

EXIT_IMPOSSIBLE = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; ``arguments`` defaults to those of the process."""
    _allow_any_name()
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
        return code
    except HdrError as error:
        print("\n".join(map(visible, str(error).splitlines())), file=sys.stderr)  # it may quote a name
        return EXIT_IMPOSSIBLE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has left (`| head`). Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m hdr_core",
        description="Read handwritten numbers in pictures.",
        epilog="`python -m hdr_core COMMAND --help` tells more about each command.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in (read, train, evaluate, models, accounts, backup):
        command.add_to(commands)
    return parser


def _allow_any_name() -> None:
    # A file's name may hold what the terminal's encoding cannot show; that must not stop the reading.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
