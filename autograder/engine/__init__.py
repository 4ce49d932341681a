"""The grading of one hand-in: grader.py drives it, examiner/ decides (trusted), student/ runs the code (untrusted).

May import sandbox/, marking.decide, notebook/ and model/. Called by batch/ and by the nbgrader plug-in.
"""
