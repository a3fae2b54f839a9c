"""The commands by name. A command's module is imported when the command is asked for, and not to list it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from privacy_pipelines.cli.exits import told

COMMANDS: tuple[tuple[str, str], ...] = (
    ("demo", "Write realistic Swedish CRM and HR extracts, faults included."),
    ("check", "Check the policy: every error at once."),
    ("nightly", "The whole way, once: from extracts to a proved generation and a report."),
    ("init", "Draft a source's YAML from extract headers, every field still without a purpose."),
    ("papers", "The policy's privacy notice, register of processing and deletion concept, and what it lacks for them."),
    ("plan", "What a night would do, and nothing done."),
    ("diff", "What would fare otherwise under another policy, and nothing done."),
    ("redecide", "Decide again what a changed policy concerns, and collect nothing."),
    ("explain", "Why a cell is still here, until when, by which clause; or when and why it was left behind."),
    ("review", "What has no end that anybody knows: open ended and undetermined records, for the data steward."),
    ("approve", "Let exactly this withheld part through."),
    ("hold", "Suspend the erasure of one person's data: add, release, list."),
    ("restore", "Bring back a backup copy of a generation, without anybody who has left since."),
    ("verify", "Check the evidence log, the absence of what was erased, and leftovers on disk."),
    ("evidence", "The evidence log for who checks it: export it, show its public key, rotate the key."),
    ("status", "The last night's metrics; exported as CSV or Parquet, every night's."),
)


class Commands(click.Group):
    """Finds commands in `commands/`, each in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the way."""
        return [name for name, _ in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None for a name that is not one."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = import_module(f"privacy_pipelines.cli.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what goes wrong becomes a message and an exit code."""
        with told():
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="privacy-pipelines", prog_name="privacy-pipelines")
def main() -> None:
    """Retention and minimization for personal data, driven by a policy.

    Exit codes: 0 fine; 1 findings that need a person, or something withheld; 2 input or a store that cannot be used.
    """
