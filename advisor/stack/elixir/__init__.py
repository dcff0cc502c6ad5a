"""Elixir."""

from __future__ import annotations

ENDINGS = (".ex", ".exs")
