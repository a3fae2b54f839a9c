"""Two policies on the same facts: what in the store would fare otherwise. It reads the current generation and changes nothing.

    compare.py      the way through: both policies over one generation, as counts
    sides.py        one policy over the generation, with schemas of its own
    statements.py   what each side gathers, and whether the other side gathers the same
    pairs.py        a table's records by what either policy says of them, in one pass
    fates.py        what a pair of codes means for each group of cells. Pure
    marks.py        which cohorts that concerns. Pure
    missing.py      what a policy asks for and the store never had. Pure
    difference.py   the answer: counts, sentences, JSON
    markdown.py     the same for a review's comment

There is no second deciding path: rules, frames, codes and verdicts are those of a night.
"""
