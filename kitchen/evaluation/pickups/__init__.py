"""Pick-ups (转载, S66): which outlets took up our stories, confirmed by a person."""
