"""Retention and minimization for personal data: a copying collector driven by a policy.

This package is the library; it knows nothing of Dagster. The way the data takes is `privacy_pipelines.pipeline`.
"""

__version__ = "0.1.0"
