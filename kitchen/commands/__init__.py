"""The commands, one file for each kind; every one works on the settings of the environment."""
