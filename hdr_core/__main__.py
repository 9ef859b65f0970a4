"""``python -m hdr_core``: the reader in the shell."""

import sys

from hdr_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
