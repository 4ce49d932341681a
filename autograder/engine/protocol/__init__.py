"""What crosses between the processes: the messages, the plain data in them, and the names of what may be asked.

May import numpy, msgpack and msgspec, and torch where it is there; nothing else of the package. Imported by both sides.
"""
