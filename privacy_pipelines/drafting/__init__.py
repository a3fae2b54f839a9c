"""DRAFT: a first text of a source's policy from its extracts, for a person to finish.

    dialect.py   encoding, delimiter, and the line on which the table begins
    sample.py    a CSV extract: its columns, and a sample of each
    kinds.py     what values look like: addresses, telephone and identity numbers
    profile.py   what a column holds: type, filled, unique; counts only
    guess.py     a category from a column's name and profile, and how sure that is
    links.py     likely keys, and links between the files, by names and by values
    text.py      the YAML
    folder.py    what else a new policy folder needs

It looks at values and never hands one on: what leaves this room is names of columns, types, categories and counts. It names no
purpose: which purpose needs a field is decided by a person, and until then `check` lists every field.
"""
