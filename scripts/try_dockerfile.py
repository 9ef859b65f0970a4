"""Follow the Dockerfile without Docker: each of its lines in a bare Debian root, then its command and its health check.

    mmdebstrap --variant=minbase bookworm debian.tar
    sudo python3 scripts/try_dockerfile.py debian.tar /tmp/root [--bind FOLDER]...

RUN, COPY, ENV, WORKDIR, USER, VOLUME, HEALTHCHECK and CMD mean what they mean to Docker, as far as this Dockerfile uses
them; the network is this machine's.  ``--bind`` shows a folder of this machine, such as a mirror of packages, inside.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent
_FROM_THIS_MACHINE = ("PIP_CERT", "PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_DEFAULT_TIMEOUT")
_HEALTHY_SECONDS = 300


class Root:
    """A Debian root that is brought to what the Dockerfile says, line by line."""

    def __init__(self, folder: Path, binds: list[Path]) -> None:
        self.folder, self.binds, self.mirrors = folder, [Path("/dev"), Path("/proc"), *binds], binds
        self.env = {name: os.environ[name] for name in _FROM_THIS_MACHINE if name in os.environ}
        self.workdir, self.user = "/", "root"
        self.health: str = ""
        self.command: list[str] = []

    def follow(self, word: str, rest: str) -> None:
        """One instruction."""
        print(f"== {word} {rest}", flush=True)
        began = time.monotonic()
        match word:
            case "ENV":
                self.env |= dict(part.split("=", 1) for part in shlex.split(rest))
            case "WORKDIR":
                self.workdir = rest
                self.inside(rest).mkdir(parents=True, exist_ok=True)
            case "USER":
                self.user = rest
            case "RUN":
                self.start(["/bin/sh", "-c", rest], check=True)
                print(f"   {time.monotonic() - began:.0f} s", flush=True)
            case "COPY":
                source, target = rest.split()
                copied = _copy(source, self.inside(target))
                print(f"   {copied} files", flush=True)
            case "HEALTHCHECK":
                self.health = rest.split("CMD ", 1)[1]
            case "CMD":
                self.command = json.loads(rest)

    def inside(self, path: str) -> Path:
        """Where a place of the root lies on this machine."""
        return self.folder / path.lstrip("/")

    def start(self, command: list[str], *, check: bool) -> subprocess.CompletedProcess[bytes]:
        """Run a command inside, with the folders of this machine that it may see; they are gone when it ends."""
        return subprocess.run(self._enter(command), check=check)

    def open(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a command inside that goes on."""
        return subprocess.Popen(self._enter(command), start_new_session=True)

    def _enter(self, command: list[str]) -> list[str]:
        shown = []
        for bind in self.binds:
            place = self.inside(str(bind))
            place.mkdir(parents=True, exist_ok=True)
            shown.append(f"mount --rbind {shlex.quote(str(bind))} {shlex.quote(str(place))}")
            if bind in self.mirrors:
                shown.append(f"mount -o remount,bind,ro {shlex.quote(str(place))}")
        settings = [f"{name}={value}" for name, value in {"PATH": os.defpath, **self.env}.items()]
        moved = f"cd {shlex.quote(self.workdir)} && exec {shlex.join(command)}"
        enter = ["chroot", f"--userspec={self.user}", str(self.folder), "env", "-i", *settings, "/bin/sh", "-c", moved]
        script = " && ".join([*shown, f"exec {shlex.join(enter)}"])
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", script]


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """(word, rest) of every instruction; a line that ends in a backslash goes on."""
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word and not word.startswith("#"):
            yield word, rest.strip()


def ignored(name: str, patterns: list[str]) -> bool:
    """Does ``.dockerignore`` leave this file out?  ``**/`` stands for any folders, a folder's name for all in it."""
    parts = name.split("/")
    for pattern in patterns:
        wanted = pattern.removeprefix("**/")
        starts = range(len(parts)) if pattern != wanted else [0]
        for start in starts:
            if any(fnmatch("/".join(parts[start:end]), wanted) for end in range(start + 1, len(parts) + 1)):
                return True
    return False


def _copy(source: str, target: Path) -> int:
    patterns = [line for line in (PROJECT_DIR / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    listed = subprocess.run(["git", "ls-files", source], cwd=PROJECT_DIR, capture_output=True, text=True, check=True)
    names = [name for name in listed.stdout.splitlines() if not ignored(name, patterns)]
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT_DIR / name, target / name)
    return len(names)


def try_out(root: Root) -> bool:
    """Start the command and ask the health check until it says yes, or too long."""
    app = root.open(root.command)
    try:
        deadline = time.monotonic() + _HEALTHY_SECONDS
        while app.poll() is None and time.monotonic() < deadline:
            if root.start(["/bin/sh", "-c", root.health], check=False).returncode == 0:
                return True
            time.sleep(1)
        return False
    finally:
        os.killpg(app.pid, signal.SIGKILL)  # all of its processes end with the first
        app.wait(timeout=60)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("debian", type=Path, help="a tar file of a bare Debian root")
    parser.add_argument("folder", type=Path, help="where it is unpacked; must not exist yet")
    parser.add_argument(
        "--bind", type=Path, action="append", default=[], help="a folder of this machine to show inside"
    )
    parsed = parser.parse_args()
    parsed.folder.mkdir(parents=True)
    subprocess.run(["tar", "-xpf", parsed.debian, "-C", parsed.folder, "--exclude=./dev/*"], check=True)
    shutil.copy("/etc/resolv.conf", parsed.folder / "etc" / "resolv.conf")
    root = Root(parsed.folder.resolve(), parsed.bind)
    for word, rest in instructions((PROJECT_DIR / "Dockerfile").read_text()):
        root.follow(word, rest)
    healthy = try_out(root)
    print("It is healthy." if healthy else "It did not become healthy.")
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
