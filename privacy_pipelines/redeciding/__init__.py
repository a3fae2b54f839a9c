"""Between two nights: what a changed policy decides otherwise than the last night did, and deciding that again. It collects nothing.

    outlook.py    which cohorts of the current generation the policy folder decides otherwise, and what that changes
    redecide.py   decides them, and seals each
    versions.py   what the version of a cohort says. Pure
    kept.py       where both are kept: counts and digests beside the generations

The next night reuses none of it: it has other facts and another day, and decides every cohort itself.
"""
