"""MEASURE, looking: what is asked of a night's tables for its metrics alone, beyond what its stations told anyway. Counts and days, never
a key or a value; nothing here decides anything, and the night is as it is without it."""
