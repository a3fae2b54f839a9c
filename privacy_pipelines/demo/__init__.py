"""DEMO: realistic Swedish CRM and HR extracts, the same for the same seed, with faults planted and listed.

Nobody in them exists: identity numbers come from the official test series, telephone numbers from the ranges reserved for fiction,
e-mail addresses end in `.example`. This room writes files into the folder it is given and reads no clock.
"""

from privacy_pipelines.demo.demo import write_demo
from privacy_pipelines.demo.manifest import Change, Fault, File, Manifest

__all__ = ["Change", "Fault", "File", "Manifest", "write_demo"]
