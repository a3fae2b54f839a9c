"""SHOW: the policy's papers: the privacy notice, the register of processing, the deletion concept, and an export to fideslang.

Every sentence follows from the policy. This room decides nothing, reads no store and claims conformance with nothing.
"""
