"""Dagster's home, made right before anything looks at it: no telemetry, no sign-up page, one writer, no captured output.

python -m schedules.home        makes it, and prints where it is
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = """\
# Written once by `make`; yours to change from here on.
telemetry: {enabled: false}
nux: {enabled: false}

# One station at a time writes the store, whichever run it belongs to; and one night at a time runs, the next one waits.
concurrency:
  pools: {granularity: op, default_limit: 1}
  runs: {tag_concurrency_limits: [{key: privacy/alone, value: night, limit: 1}]}

# What a station prints is not kept: an error of a library may quote a record.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


def prepare() -> Path:
    """DAGSTER_HOME, or var/dagster of this checkout, with a `dagster.yaml`; one that is there stays as it is."""
    home = Path(os.environ.get("DAGSTER_HOME") or ROOT / "var" / "dagster").resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        unfinished = settings.with_suffix(".tmp")
        unfinished.write_text(SETTINGS)
        unfinished.rename(settings)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


if __name__ == "__main__":
    print(prepare())
