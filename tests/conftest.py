"""What holds for every test: a busy machine is no fault of the code, so no property test is judged by its clock."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")
