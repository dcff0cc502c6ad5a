"""Rust."""

from __future__ import annotations

ENDINGS = (".rs",)
