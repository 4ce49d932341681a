"""Builds, proves and marks a lab of Jupyter notebooks."""

__version__ = "0.1.0"
