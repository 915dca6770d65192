"""What goes out with a wheel: a bill of materials, checksums, and where it was built from. `make release`."""
