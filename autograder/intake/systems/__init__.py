"""Whose file it is: one module for each hand-in system's naming, one for folders and plain files, and what they share.

A claim rests on names alone, never on what is inside a notebook; a mapping file comes before everything else. May
import intake's archives, records, limits and exceptions. Called by intake.taking, by `Attribution`.
"""
