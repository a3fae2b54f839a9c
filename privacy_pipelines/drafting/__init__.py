"""DRAFT: a first text of a source's policy from its extracts, for a person to finish.

    sample.py    a CSV extract: its dialect, and a sample of each column
    profile.py   what a column holds: type, filled, unique; counts only
    guess.py     a category from a column's name and profile, and how sure that is
    links.py     likely keys and links between the files
    text.py      the YAML

It looks at values and never hands one on: what leaves this room is names of columns, types, categories and counts. It names no
purpose: which purpose needs a field is decided by a person, and until then `check` lists every field.
"""
