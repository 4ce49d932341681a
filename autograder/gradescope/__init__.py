"""Grading on Gradescope: an archive of this package and a course (archive), and what happens in it there (run).

May import output, doctor, model and outdir; grades through the command line, as a person does. Called by the command
`gradescope`, and by `run_autograder` in the archive.
"""
