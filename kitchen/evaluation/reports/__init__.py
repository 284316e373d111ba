"""Weekly and monthly reports (周报、月报): figures of a period, frozen, printed, sent, opened."""
