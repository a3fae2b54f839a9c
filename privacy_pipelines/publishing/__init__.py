"""Used only for the declared purpose (GDPR Art. 5(1)(b)): files that consumers read, made anew each night from the proved generation.

sets.py      the folders on disk: written whole, swapped at once, the old one disposed of
publish.py   which rows and columns go into which file, and the entries in the evidence log
"""
