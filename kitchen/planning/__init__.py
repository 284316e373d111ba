"""Planning: many pieces and many accounts as one plan, and what became of it by the clock."""
