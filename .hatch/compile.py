"""Build hook: the YAML of the knowledge base goes into the wheel as one JSON file per folder (see advisor/data.py)."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileData(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for the wheel only; an editable install reads the YAML itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        spec = importlib.util.spec_from_file_location("data", Path(self.root) / "advisor" / "data.py")
        assert spec is not None and spec.loader is not None  # noqa: PT018, S101 - the file is part of the source
        data = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(data)
        folder = Path(tempfile.mkdtemp(prefix="wsadvise-data-"))
        for name in ("platforms", "libraries", "symptoms", "targets"):
            file = folder / f"{name}.json"
            file.write_text(json.dumps(data.compile_folder(name), separators=(",", ":")), encoding="utf-8")
            build_data["force_include"][str(file)] = f"advisor/_data/{name}.json"
        fingerprints = Path(self.root) / "platforms" / "fingerprints.json"
        if fingerprints.is_file():
            build_data["force_include"][str(fingerprints)] = "advisor/_data/fingerprints.json"
