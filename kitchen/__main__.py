"""``python -m kitchen`` is the command line."""

from kitchen.cli import main

main()
