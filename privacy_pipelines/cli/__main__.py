"""`python -m privacy_pipelines.cli`, where the console script is not installed."""

from privacy_pipelines.cli import main

main()
