"""What a class looks like: numbers (aggregate), answers that are alike (likeness), tables and a page of them.

May import what `output` may, and the style of the feedback pages. Called by the command `report`.
"""
