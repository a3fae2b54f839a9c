"""How each file format is read: one module per format, one interface for all (`reader`), one list of them (`registry`)."""
