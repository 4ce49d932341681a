"""The kinds of objects that cross as their parts, a module for each library that they come from.

`registry.py` finds them. A library's module is loaded when an object of that library is to cross, and never earlier:
what a course uses is the course's dependency. May import the constants, exceptions and arrays of `protocol`. Called by
the reader, the writer and `sync/shared.py`, which ask the registry.
"""
