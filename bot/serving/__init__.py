"""The serving program: wiring, channels, web port and upkeep in one process. The one place that names engines."""
