"""Whose file it is: recognise finds the level that a hand-in system wrote, known has a module for each system.

folders has the rules for what no system wrote.
A claim rests on the names of that level and on what the system writes beside attempts, never on what is below or in a
notebook; a mapping file comes before everything else. May import intake's archives, records, limits and exceptions.
Called by intake.taking and intake.people, by `Attribution`.
"""
