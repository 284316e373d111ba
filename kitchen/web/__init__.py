"""The edge: all that knows HTTP and no news (guards, units of work, errors, schemas, live)."""
