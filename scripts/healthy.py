"""Does the app answer?  Exit code 0 if it does: for a container's health check.  Usage: scripts/healthy.py [ADDRESS]"""

from __future__ import annotations

import sys
import urllib.request

ADDRESS = "http://127.0.0.1:8501/_stcore/health"


def main(address: str = ADDRESS) -> int:
    """0 if the address says ok within four seconds, else 1."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy of the machine
    try:
        with direct.open(address, timeout=4) as answer:
            return 0 if answer.read(16).strip() == b"ok" else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
