"""The stations of the night as Dagster assets, one thin module each. They call `privacy_pipelines`, show numbers, and decide nothing."""
