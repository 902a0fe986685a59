"""The edge: the only place that knows the request; one desk an audience."""
