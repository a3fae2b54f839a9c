"""SHOW: one page per night that a data protection officer reads. It tells what the night recorded; it decides and counts nothing anew."""
