"""The files of docs/production.md: systemd accepts the units, their commands exist, and the proxy asks everybody who they are."""

from __future__ import annotations

import base64
import http.client
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
PASSWORDS = {"readers": "reader:{PLAIN}r\n", "operators": "operator:{PLAIN}o\n"}


def started(unit: Path) -> list[str]:
    found = re.search(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)
    assert found
    return found[1].split()


def test_every_unit_starts_a_command_that_is_installed_with_options_that_it_knows() -> None:
    from dagster._cli import create_dagster_cli
    from dagster._daemon.cli import create_dagster_daemon_cli
    from dagster_webserver.cli import dagster_webserver

    assert {unit.stem.rpartition("-")[2] for unit in UNITS} == {"code", "daemon", "operator", "reader"}
    known = {"dagster": create_dagster_cli(), "dagster-daemon": create_dagster_daemon_cli(), "dagster-webserver": dagster_webserver}
    for unit in UNITS:
        program, *arguments = started(unit)
        assert (Path(sys.executable).parent / Path(program).name).exists()
        command = known[Path(program).name]
        while hasattr(command, "commands"):
            command = command.commands[arguments.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in arguments if word.startswith("--")} <= options, unit.name


def test_only_the_code_can_open_the_store() -> None:
    for unit in UNITS:
        closed = "InaccessiblePaths=-/var/lib/privacy-pipelines/store -/var/lib/privacy-pipelines/extracts" in unit.read_text()
        assert closed == (not unit.stem.endswith("-code")), unit.name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/opt/privacy-pipelines/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / unit.name).write_text(text.replace("/opt/privacy-pipelines", str(ROOT)))

    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "privacy-pipelines" not in done.stderr, done.stderr


class Upstream(BaseHTTPRequestHandler):
    """Says what it was asked for, and whether somebody's password came with it."""

    def do_GET(self) -> None:
        body = f"{self.server.server_port} {self.path} {self.headers.get('Authorization')}".encode()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int, int]]:
    """nginx with the configuration as it stands but for paths, ports and TLS: its port, and those of the reader's and the operator's UI."""
    if NGINX is None:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx)")
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Upstream) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    reader, operator = (server.server_port for server in servers)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = (DEPLOY / "nginx" / "privacy-pipelines.conf").read_text()
    text = re.sub(r"\n *ssl_certificate[^\n]*", "", text)
    instead = {
        "listen 443 ssl": f"listen 127.0.0.1:{port}",
        "127.0.0.1:3001;": f"127.0.0.1:{reader};",
        "127.0.0.1:3002;": f"127.0.0.1:{operator};",
        "/etc/privacy-pipelines": str(folder),
        "/var/log/nginx": str(folder),
    }
    for old, new in instead.items():
        assert old in text
        text = text.replace(old, new)
    for name, line in PASSWORDS.items():
        (folder / f"{name}.htpasswd").write_text(line)
    around = f"pid {folder}/pid; error_log {folder}/error.log; daemon off; master_process off; events {{}}"
    (folder / "nginx.conf").write_text(f"{around} http {{ {text} }}")
    with subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]) as running:
        try:
            _wait(port, running, folder)
            yield port, reader, operator
        finally:
            running.terminate()
            running.wait(10)
            for server in servers:
                server.shutdown()
                server.server_close()


def _wait(port: int, running: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert running.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return


def asked(port: int, path: str, who: str = "") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Authorization": f"Basic {base64.b64encode(who.encode()).decode()}"} if who else {}
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/", "/graphql", "/operate", "/operate/graphql", "//operate/", "/x/../operate/"])
def test_nobody_gets_in_without_a_name(proxy: tuple[int, int, int], path: str) -> None:
    assert asked(proxy[0], path)[0] == 401
    assert asked(proxy[0], path, "reader:wrong")[0] == 401


def test_a_reader_reads_and_an_operator_operates_and_dagster_learns_no_password(proxy: tuple[int, int, int]) -> None:
    port, reader, operator = proxy

    assert asked(port, "/graphql", "reader:r") == (200, f"{reader} /graphql None")
    assert asked(port, "/operate/graphql", "operator:o") == (200, f"{operator} /operate/graphql None")
    assert [
        asked(port, path, "reader:r")[0] for path in ("/operate", "/operate/graphql", "//operate/", "/x/../operate/", "/%6fperate/")
    ] == [401] * 5
