"""What people read, made from results: tables, exports, the students' pages (feedback), the class report (report).

May import marking, batch, model, notebook, text and outdir; never grading. Called by commands.
"""
