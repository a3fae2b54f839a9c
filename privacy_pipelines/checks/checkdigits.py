"""Check digits of a whole column at once; what `stdnum.luhn` says of one number. Imported only where frames are, for it needs numpy."""

from __future__ import annotations

import numpy as np
import pandas as pd

_DIGITS = 10


def right_check_digits(numbers: pd.Series[str], pattern: str) -> pd.Series[bool]:
    """Whether each number ends with its Luhn digit, century and signs aside; missing where it does not even match `pattern`.

    >>> right_check_digits(pd.Series(["19811218-9876", "8112189875", "soon", None]), r"^[-0-9]+$").tolist()
    [True, False, None, None]
    """
    answer = pd.Series([None] * len(numbers), index=numbers.index, dtype=object)
    shaped = numbers[numbers.notna()]
    shaped = shaped[shaped.astype(str).str.contains(pattern)]
    digits = shaped.astype(str).str.replace(r"\D", "", regex=True).str[-_DIGITS:]
    if len(digits):
        answer[digits.index] = _luhn(np.array(digits.tolist(), dtype=f"U{_DIGITS}")).astype(object)
    return answer


def _luhn(numbers: np.ndarray) -> np.ndarray:
    table = numbers.view("U1").reshape(-1, _DIGITS).astype(np.int64)
    doubled = table[:, ::2] * 2
    total = (doubled - 9 * (doubled > 9)).sum(axis=1) + table[:, 1::2].sum(axis=1)
    return np.asarray(total % 10 == 0)
