"""The pages, a module each: its handlers, and what they work out for their template.

May import everything of the review; imported by `review.app`, which serves `ROUTES`.
"""

from __future__ import annotations

from autograder.review.screens import classroom, common, giving, intake, items, marking, student

ROUTES = [route for page in (classroom, common, giving, intake, items, marking, student) for route in page.ROUTES]
"""Every address with its handler."""
