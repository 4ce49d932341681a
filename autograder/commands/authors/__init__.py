"""The commands of those who write labs, one module a command.

May import what `commands` may. Called by cli.py, which imports one when it is asked for.
"""
