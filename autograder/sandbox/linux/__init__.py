"""What the sandbox asks of the Linux kernel, and of bubblewrap: one module for each of its mechanisms.

Imports the standard library and `sandbox.limits`, nothing else of the package. Called by the modules of `sandbox` and,
to say what a machine has, by `doctor`.
"""
