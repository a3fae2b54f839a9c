"""Benchmarks: real nights over generated demo extracts, every figure a ratio within one run. `python -m benchmarks`, or `make bench`."""
