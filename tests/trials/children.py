"""Work in processes of their own, forked from one that has imported everything and never opened a database."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from privacy_pipelines.errors import PrivacyPipelinesError


def in_a_child(work: Callable[[], Any]) -> Any:
    """What the work answers (a number, or a dictionary that JSON knows). Raises RuntimeError where it failed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            answer = work()
            text = json.dumps(answer if isinstance(answer, dict | int) else None)
        except (PrivacyPipelinesError, AssertionError) as error:
            text = json.dumps({"failed": f"{type(error).__name__}: {error}"})
        with os.fdopen(writing, "w") as out:
            out.write(text)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        text = said.read()
    os.waitpid(child, 0)
    answer = json.loads(text or '{"failed": "it died"}')
    if isinstance(answer, dict) and "failed" in answer:
        raise RuntimeError(str(answer["failed"]))
    return answer


def part(text: str) -> tuple[int, int]:
    """Which of how many parts of the work.

    >>> part("2/3")
    (2, 3)
    """
    number, of = (int(each) for each in text.split("/"))
    if not 1 <= number <= of:
        raise ValueError(text)
    return number, of


def printing_into(path: Path, work: Callable[[], object]) -> None:
    """The work, with everything that it prints, through Python or past it, in a file. How it ends, and whether, is its own affair."""
    child = os.fork()
    if not child:
        out = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(out, 1)
        os.dup2(out, 2)
        try:
            work()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)
    os.waitpid(child, 0)
