"""Points of stories and people (稿分、绩效): counted, graded, appealed against, locked."""
