"""How values are written as plain data and read back.

May import the constants of `protocol`, and which containers are shared. Called by both sides and by `protocol`.
"""
