"""What keeps a hand-in's code away from everything but its own scratch folder and one socket, and forks it fast.

The examiner that tests a hand-in is kept so as well, within limits of its own.

Imports `model` (settings as plain data), `files` and `text`, and nothing else of the package: it is told what to run by
name. Called by `engine` (ForkServer), `doctor` and `commands`. Lowest first: level, limits and linux/; messages,
confine, watch, forkserver_main, server_process, probe and forkserver; reach.
"""
