"""`python -m cli`, where the installed command is not on the path."""

from cli.main import main

main()
