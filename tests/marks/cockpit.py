"""A `dagster dev` of its own on a house of its own, driven over GraphQL: webserver, daemon, code server and a process for each run."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from privacy_pipelines.values import Paths

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PATIENCE_S = 600.0
LAUNCH = """mutation L($p: ExecutionParams!) { launchRun(executionParams: $p) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
RUN = "query R($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
LOADED = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }"


def environment(paths: Paths, home: Path) -> dict[str, str]:
    """What a process of this house is started with."""
    named = {"POLICIES": paths.policies, "STORE": paths.store, "EXTRACTS": paths.extracts}
    folders = {f"PRIVACY_PIPELINES_{name}": str(path) for name, path in named.items()}
    return {**os.environ, **folders, "DAGSTER_HOME": str(home), "PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": ""}


@dataclass(frozen=True)
class Cockpit:
    """A running `dagster dev`."""

    url: str

    def run(self, job: str, *assets: str, check: str = "", tags: dict[str, str] | None = None, config: dict[str, Any] | None = None) -> str:
        """Launch the job, or some of its assets, or one check; wait for its end, and say how it ended."""
        selector: dict[str, Any] = {"repositoryLocationName": "privacy_pipelines", "repositoryName": "__repository__", "jobName": job}
        if assets or check:
            selector["assetSelection"] = [{"path": [asset]} for asset in assets]
        if check:
            *path, name = check.split("/")
            selector["assetCheckSelection"] = [{"assetKey": {"path": path}, "name": name}]
        metadata = {"tags": [{"key": key, "value": value} for key, value in (tags or {}).items()]}
        launched = self.ask(LAUNCH, {"p": {"selector": selector, "runConfigData": config or {}, "executionMetadata": metadata}})[
            "launchRun"
        ]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            status = self.ask(RUN, {"id": launched["run"]["runId"]})["runOrError"]["status"]
            if status in ("SUCCESS", "FAILURE", "CANCELED"):
                return str(status)
            time.sleep(0.5)
        raise AssertionError(f"{job} {assets}: not ended in {PATIENCE_S} s")

    def ask(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """A GraphQL answer."""
        body = json.dumps({"query": query, "variables": variables or {}}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})  # noqa: S310  loopback
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310  loopback
            found: dict[str, Any] = json.load(answer)
        assert "errors" not in found, found
        return dict(found["data"])


@contextmanager
def cockpit(env: dict[str, str], output: Path) -> Iterator[Cockpit]:
    """Started as `make ui` does it, with what it prints in a file; stopped by its own process group."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["dagster", "dev", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(port)]
    with output.open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            yield _answering(Cockpit(f"http://127.0.0.1:{port}"))
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _answering(started: Cockpit) -> Cockpit:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if started.ask(LOADED)["repositoriesOrError"].get("nodes"):
                return started
        except OSError:
            time.sleep(0.3)
    raise AssertionError("dagster dev did not load the code")
