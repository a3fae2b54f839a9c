"""Personal data where none was declared: found on arrival by its shape and its check digits, counted, and masked where the policy says so.

Columns, kinds and counts leave this room; never a value.
"""
