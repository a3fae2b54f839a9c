"""What the sources still hold of what we left behind or refused, as a list for each source's owner (GDPR Art. 5(1)(e), 17, 19).

items.py     what is open, and how much: by the index of the departed and tonight's keys
files.py     the lists on disk: written aside before the flip, put in place after it

The lists decide nothing and keep nothing alive; tonight's extracts are the receipt for what was done since. They hold keys, which are
pseudonymous personal data (Art. 4(5)): each night replaces them, and what a source no longer has is on none.
"""
