"""Keyed hashes of keys, computed where the rows are: HMAC-SHA-256 (RFC 2104) written in the engine's own functions. Pure.

Personal data while the key exists (GDPR Art. 4(5)); with the key destroyed they name nobody.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from sqlglot import exp

from privacy_pipelines import sql
from privacy_pipelines.sql import Sql, col, lit

_BLOCK = 64
_PART = 1 << 20
SEPARATOR = "\x1f"
_SHORT_DIGITS = 32


def keyed_hash(key: bytes, table: str, columns: Sequence[str], of: str | None = None) -> Sql:
    """The hash of a record's key as 64 hexadecimal digits, equal to `hash_of` of the same key."""
    return _of_parts(key, table, [sql.cast(col(column, of), "TEXT") for column in columns])


def row_digest(key: bytes, table: str, texts: Sequence[Sql]) -> Sql:
    """The first 128 bits of a hash of these texts, which may be NULL, as 32 hexadecimal digits: other texts give another one."""
    each = [sql.case((sql.not_null(text), _call("CONCAT", _call("STRLEN", text), lit(":"), text)), default=lit("-")) for text in texts]
    return _call("LEFT", _keyed(key, _call("CONCAT_WS", lit(SEPARATOR), lit(table), *each)), lit(_SHORT_DIGITS))


def short_hash(key: bytes, table: str, columns: Sequence[str], of: str | None = None) -> Sql:
    """The first 128 bits of the same hash, as a UUID: enough to tell all keys apart, in a quarter of the space, compared as a number."""
    return _short(keyed_hash(key, table, columns, of))


def same_hash(key: bytes, table: str, columns: Sequence[str], of: str | None = None) -> Sql:
    """As short, and one for every spelling of a key (`sql.folded`)."""
    return short_hash_of_text(key, alike(lit(table), [sql.cast(col(column, of), "TEXT") for column in columns]))


def alike(table: Sql, texts: Sequence[Sql]) -> Sql:
    """The text of which `same_hash` is made: one for every spelling of a key. `texts` are those of the key; one that is NULL is none."""
    return _text(table, [sql.folded(text) for text in texts])


def short_hash_of_text(key: bytes, text: Sql) -> Sql:
    """The same hash of such a text; NULL of none."""
    return _short(_keyed(key, text))


def hash_of(key: bytes, table: str, values: Sequence[str]) -> str:
    """The same hash in Python, for one record whose key somebody asks for."""
    return hmac.new(key, SEPARATOR.join((table, *values)).encode(), hashlib.sha256).hexdigest()


def key_digest(key: bytes) -> str:
    """By which two files are known to be hashed with one key, without telling the key."""
    return hash_of(key, "the key itself", ())


def file_digest(key: bytes, path: Path) -> str:
    """The keyed hash of a whole file, in 64 hexadecimal digits. Reads about a gigabyte a second. Raises OSError."""
    digest = hmac.new(key, digestmod=hashlib.sha256)
    with path.open("rb", buffering=0) as file:
        while part := file.read(_PART):
            digest.update(part)
    return digest.hexdigest()


def short_hash_of(key: bytes, table: str, values: Sequence[str]) -> str:
    """What `short_hash` gives for the same key, as text."""
    return str(UUID(hash_of(key, table, values)[:_SHORT_DIGITS]))


def _of_parts(key: bytes, table: str, parts: list[Sql]) -> Sql:
    return _keyed(key, _text(lit(table), parts))


def _text(table: Sql, parts: list[Sql]) -> Sql:
    return _call("CONCAT_WS", lit(SEPARATOR), table, *parts)


def _short(digest: Sql) -> Sql:
    return sql.cast(_call("LEFT", digest, lit(_SHORT_DIGITS)), "UUID")


def _keyed(key: bytes, text: Sql) -> Sql:
    message = exp.Anonymous(this="ENCODE", expressions=[text])
    padded = key.ljust(_BLOCK, b"\0")
    inner = _sha256(_joined(bytes(byte ^ 0x36 for byte in padded), message))
    return _sha256(_joined(bytes(byte ^ 0x5C for byte in padded), exp.Anonymous(this="UNHEX", expressions=[inner])))


def _call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _joined(left: bytes, right: Sql) -> Sql:
    return exp.DPipe(this=exp.Anonymous(this="UNHEX", expressions=[lit(left.hex())]), expression=right, safe=False)


def _sha256(message: Sql) -> Sql:
    return exp.Anonymous(this="SHA256", expressions=[message])
