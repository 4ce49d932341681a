"""The trusted side: walks the cells of a hand-in, runs the tests, and keeps their text, inputs and expected values.

May import protocol/, preload, model/, notebook/, marking.decide and sandbox.limits; never student/. Called by the
grader, in a process of its own.
"""
