"""Marks for other systems: put into the file that a system gave out (fill), or as a file of their own (plain).

A file that was given out is read and written byte for byte (sheet); what its columns mean is known for each system
(systems), and whose a row is, is decided once for all of them (people). May import what `output` may. Called by the
command `export`.
"""
