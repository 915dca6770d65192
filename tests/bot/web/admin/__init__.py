"""Tests of the page for admins."""
