"""A certificate for each night that erased something, once the old generation and the old published files are gone.

deed.py    what the night did, from its record: the outcome, never the plan
issue.py   which nights wait for theirs, and writing it when its time has come
page.py    the same for people, as one HTML file
"""
