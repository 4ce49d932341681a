"""What both sides keep in step: shared containers, random generators, what a test has patched.

May import `protocol.wire` and the constants. Called by both sides, each with a part of its own.
"""
