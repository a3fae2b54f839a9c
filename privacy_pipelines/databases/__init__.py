"""FETCH: the tables of a database, written into the drop folder as tonight's extracts; what lands, keeps and erases them is the same as
for files."""
