"""Builds, proves and marks a lab of Jupyter notebooks."""

__version__ = "0.1.0"

DISTRIBUTION = "walled-autograder"
"""What the package index knows this package by; the name `autograder` is somebody else's there."""
