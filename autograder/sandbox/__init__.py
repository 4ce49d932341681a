"""What keeps a hand-in's code away from everything but its own scratch folder and one socket, and forks it fast.

Imports `model` (settings as plain data) and nothing else of the package: it is told what to run by name. Called by
`engine` (ForkServer), `doctor` and `commands`. Lowest first: level, limits and linux/; messages, confine,
forkserver_main, server_process and forkserver; reach and probe.
"""
