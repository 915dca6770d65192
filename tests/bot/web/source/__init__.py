"""Tests of the source page."""
