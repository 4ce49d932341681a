"""One module a command, each with `command`, a click command: options in, one call, exit status out.

May import everything below, inside the command where it is heavy. Called by cli.py, which imports one when it is
asked for.
"""
