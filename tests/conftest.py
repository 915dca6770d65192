"""For all tests: examples that hypothesis makes up are not judged by how long a busy machine takes for them."""

from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
