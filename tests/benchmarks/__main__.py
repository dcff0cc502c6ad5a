"""Ratios, measured in one run: start-up against Python's own, a scan against ripgrep on the same warm tree, memory.

``python -m tests.benchmarks [--smoke] [TREE]``. Without TREE a repository of ``--files`` files is made up. Nothing is asserted:
what a shared machine measures is to be read, not to be failed on.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WSADVISE = [sys.executable, "-m", "advisor"]
RIPGREP = ["rg", "-l", "-F", "-e", "WebSocket", "-e", "socket.io", "-e", "proxy_pass"]


def make(root: Path, files: int) -> None:
    """A monorepo: packages of TypeScript, JSON and Markdown, one socket server, one nginx file."""
    chance = random.Random(7)
    words = [f"word{number}" for number in range(2000)]
    for number in range(files):
        folder = root / f"packages/p{number % 97}/src/d{number % 13}"
        folder.mkdir(parents=True, exist_ok=True)
        ending = chance.choice(["ts", "ts", "tsx", "json", "md", "css"])
        text = "\n".join(" ".join(chance.choices(words, k=12)) for _ in range(chance.randint(5, 160)))
        (folder / f"f{number}.{ending}").write_text(text)
    for package in range(97):
        (root / f"packages/p{package}/package.json").write_text(
            f'{{"name": "p{package}", "dependencies": {{"react": "^18.0.0"}}}}'
        )
    (root / "server.js").write_text("const {WebSocketServer} = require('ws');\nnew WebSocketServer({port: 3000});\n")
    (root / "package.json").write_text(
        '{"name": "app", "dependencies": {"ws": "^8.0.0"}, "scripts": {"start": "node server.js"}}'
    )
    (root / "nginx.conf").write_text(
        "events {}\nhttp { server { listen 80; location / { proxy_pass http://localhost:3000; } } }\n"
    )


def best(command: list[str], cwd: Path, times: int) -> tuple[float, int]:
    """Shortest seconds of several runs, and the most memory of one in KB."""
    seconds, memory = [], 0
    for _ in range(times):
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - start)
        memory = max(memory, usage.ru_maxrss)
    return min(seconds), memory


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("tree", nargs="?", type=Path)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--smoke", action="store_true", help="small and once")
    told = parser.parse_args()
    times = 1 if told.smoke else 7
    with tempfile.TemporaryDirectory() as made:
        tree = told.tree
        if tree is None:
            tree = Path(made)
            make(tree, 200 if told.smoke else told.files)
        nothing, _ = best([sys.executable, "-c", "pass"], tree, times)
        version, _ = best([*WSADVISE, "--version"], tree, times)
        print(f"--version      {version * 1000:7.0f} ms   {version / nothing:5.1f} x python -c pass ({nothing * 1000:.0f} ms)")
        scan, memory = best([*WSADVISE, "scan", ".", "--fail-on", "never"], tree, times)
        print(f"scan           {scan * 1000:7.0f} ms   {memory / 1024:5.0f} MB at most")
        if shutil.which("rg"):
            search, _ = best(RIPGREP, tree, times)
            print(f"rg             {search * 1000:7.0f} ms   scan is {scan / search:.1f} x rg")


if __name__ == "__main__":
    main()
