"""Films made ready for the desk and for each platform: works that a worker does step by step."""
