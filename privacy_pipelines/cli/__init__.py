"""The command line: the same way through as Dagster's, for hands, scripts and CI (DESIGN §7).

    group.py      the commands, loaded when they are asked for
    commands/     one file per command: reads the clock, calls one function of another room, shows what came back
    exits.py      exit codes, and errors as messages without a traceback
    screen.py     tables for people, plain text for pipes, JSON for programs

It decides nothing, and nothing that takes time to import is imported before a command needs it: `--help` answers at once.
"""

from privacy_pipelines.cli.group import main

__all__ = ["main"]
