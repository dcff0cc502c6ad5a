"""Dart, Flutter apps among it."""

from __future__ import annotations

ENDINGS = (".dart",)
