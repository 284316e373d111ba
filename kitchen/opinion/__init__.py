"""Public opinion (S26, S28, S43, S45, S46): watch lists, early signs, rumours, rooms, drills."""
