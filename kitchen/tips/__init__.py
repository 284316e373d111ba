"""Tips 公众报料 (S57): what people tell without being known, and what becomes of it."""
