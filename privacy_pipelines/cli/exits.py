"""How a command ends: its exit code, and errors as messages. A traceback may hold values of records, so none is ever shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from privacy_pipelines.errors import PrivacyPipelinesError

FINE, FINDINGS, UNUSABLE = 0, 1, 2
INTERRUPTED = 130

_PACKAGE = Path(__file__).parent.parent


class Refused(click.ClickException):
    """Input that cannot be used: the message goes to stderr as it is."""

    exit_code = UNUSABLE

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        click.echo(self.message, file=file, err=file is None)


class Interrupted(Refused):
    """Somebody pressed Ctrl-C."""

    exit_code = INTERRUPTED


@contextmanager
def told() -> Iterator[None]:
    """Turns what the block raises into a message and an exit code."""
    try:
        yield
    except PrivacyPipelinesError as error:
        failure = Refused(str(error))
    except BrokenPipeError:
        raise
    except OSError as error:
        failure = Refused(_file_failed(error) if error.filename and error.strerror else _unforeseen(error))
    except KeyboardInterrupt:
        failure = Interrupted("interrupted. Nothing was made current by this command after this point; the next night clears what it left")
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        failure = Refused(_unforeseen(error))
    else:
        return
    raise failure from None


def _file_failed(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}. This user must be able to read and write it"


def _unforeseen(error: Exception) -> str:
    """Type and place in this package; never the message, which may quote a record."""
    where, line = "privacy_pipelines", 0
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE):
            where, line = path.relative_to(_PACKAGE.parent).as_posix(), trace.tb_lineno
        trace = trace.tb_next
    what = f"{type(error).__name__}, which was not foreseen (its message is withheld: it may quote a record)"
    return f"{where}:{line}: {what}. Please report it"
