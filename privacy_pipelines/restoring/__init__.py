"""From a backup copy back to a store that may be read: what left since the backup is taken out of it before anybody sees it (LAW B1, 57).

backup.py    is this file a generation of this store, and when was it written?
index.py     what has left since: by the current generation, or by the copy of its index that lies beside the store
replay.py    the backup less all of that, as a generation that no pointer names; and an empty one in the place of one that is lost

The night decides over the replayed copy as over any other, and only its own generation is ever current: `pipeline.restore`.
"""
