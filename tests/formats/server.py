"""A PostgreSQL of the tests' own: made in a folder of its own, reached by a socket only, and gone afterwards."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = "postgres"
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Server:
    """A running server; `user` may do everything."""

    folder: Path
    user: str = "tester"

    def address(self, database: str = "postgres", user: str = "") -> str:
        """As libpq reads it."""
        return f"host={self.folder} dbname={database} user={user or self.user}"

    def run(self, *statements: str) -> None:
        """Run statements outside any transaction."""
        from adbc_driver_postgresql import dbapi

        with dbapi.connect(self.address(), autocommit=True) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def programs() -> Path | None:
    """Where the server's programs are, or None: Debian keeps them out of the PATH."""
    found = shutil.which("postgres")
    places = [Path(found).parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


def why_not() -> str:
    """Why no server can be started here, or ''."""
    if programs() is None:
        return "no PostgreSQL server is installed (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and not _exists(UNPRIVILEGED):
        return f"PostgreSQL does not run as root, and there is no user {UNPRIVILEGED}"
    return ""


@contextmanager
def running() -> Iterator[Server]:
    """A server, stopped by its own process id."""
    place = programs()
    assert place is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the name of a socket may have 107 characters
    who = UNPRIVILEGED if os.geteuid() == 0 else getpass.getuser()
    try:
        shutil.chown(folder, who)
        made = [place / "initdb", "--pgdata", folder / "data", "--username", "tester", "--auth", "trust", "--no-sync"]
        subprocess.run([*made, "--encoding", "UTF8", "--locale", "C"], user=who, check=True, capture_output=True, cwd="/")
        options = ["-k", folder, "-c", "listen_addresses=", "-F"]
        with (folder / "log").open("wb") as log:
            started = subprocess.Popen([place / "postgres", "-D", folder / "data", *options], user=who, stdout=log, stderr=log, cwd="/")
        try:
            server = Server(folder)
            _wait(server, started)
            yield server
        finally:
            started.send_signal(signal.SIGINT)
            started.wait(timeout=PATIENCE_S)
    finally:
        shutil.rmtree(folder)


def _wait(server: Server, started: subprocess.Popen[bytes]) -> None:
    from adbc_driver_postgresql import dbapi

    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            server.run("SELECT 1")
        except dbapi.Error:
            assert started.poll() is None, (server.folder / "log").read_text()
            assert time.monotonic() < until, "the server did not answer in time"
            time.sleep(0.1)
        else:
            return


def _exists(user: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
