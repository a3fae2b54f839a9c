"""Holds on persons (LAW scenarios 58, 59): added, released and listed. Deciding what they keep is the guard's.

asked.py     what somebody asks for, and why it cannot be had
adding.py    the entry in the evidence log, with the person's key hashed
listing.py   the holds that stand, the policy's too
"""
