"""A quiet night: one that would do what the night before it did, over the same store, and find what that found. It does not do it again.

A night is a function of its base, its extracts, its policy, what persons said, and its day. Where a night left the store as it found it,
its base and the next one's are the same; where the other four are the same too, or differ only in a day on which nothing falls due, so
is all that comes of it. Then the generation is copied byte for byte, and only what tells of the night itself is written anew.

    days.py       until which day a night's outcome stays what it is
    contents.py   what the tables of a generation hold, as digests
    repeatable.py what a night leaves so that the next may repeat it, and whether it may be repeated at all
    tonight.py    whether tonight is that night again, extract by extract
    repeating.py  what the stations answer on a quiet night, and the copy

Whatever is in doubt makes a full night. Nothing here decides about anybody: what was decided is repeated, and that it may be is proved.
"""
