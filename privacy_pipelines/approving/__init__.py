"""A withheld part is let through by a person: looked up, and written into the evidence log, which is where an approval is made.

withheld.py   what the last night withheld
approve.py    the approval of exactly one part

The command line and Dagster both call it. It decides nothing: the next night's guard reads the log.
"""
