"""A person is told: that a night failed, or that a part of a plan waits. By webhook, by e-mail, or by neither.

alert.py      what is said: counts, names of tables and purposes, digests
settings.py   where it goes, read from the environment
webhook.py    one way there
mail.py       the other
sending.py    one attempt over one way: told, or why not
outbox.py     what is still to be told, and when to try again

It waits for nobody and tries once; who calls it decides when to try again. What it says holds no value of a record.
"""
