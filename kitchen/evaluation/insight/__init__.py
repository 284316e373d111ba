"""Pages and API of what worked: a period, a story's check-up, targets, figures entered by hand."""
