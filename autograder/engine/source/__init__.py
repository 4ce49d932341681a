"""What is known of a source notebook: its cells, its given names, and what the model solution's run teaches.

May import `engine.protocol`, `notebook`, `marking` and `model`. Called by the grader, which has it made, and the examiner.
"""
