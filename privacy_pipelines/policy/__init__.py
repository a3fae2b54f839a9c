"""DECLARE: the policy files, checked, as one frozen value.

`load.load` reads a folder, `load.load_document` what a generation kept; `model` is what the other rooms see. Nothing here decides
anything about data, reads a clock or knows an engine. This file imports nothing, so that the deciding rooms can read `model` alone.
"""
