"""The walk: what is seen, what is left out, and what hostile trees cannot do to it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from advisor.tree import LARGEST, Tree


def on_disk(root: Path, files: dict[str, str | bytes]) -> Path:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    return root


IGNORE_CASES: dict[str, dict[str, str]] = {
    "plain name at any depth": {".gitignore": "secret.txt\n", "secret.txt": "", "a/secret.txt": "", "a/kept.txt": ""},
    "anchored": {".gitignore": "/top.txt\n", "top.txt": "", "a/top.txt": ""},
    "directory only": {".gitignore": "logs/\n", "logs/a.txt": "", "b/logs/a.txt": "", "c/logs": "a file"},
    "wildcards": {
        ".gitignore": "*.log\nd?.txt\n[xy].md\n",
        "a.log": "",
        "b/c.log": "",
        "d1.txt": "",
        "d12.txt": "",
        "x.md": "",
        "z.md": "",
    },
    "negation": {".gitignore": "*.env\n!kept.env\n", "a.env": "", "kept.env": "", "d/kept.env": ""},
    "nested file takes back": {
        ".gitignore": "fx/**/public\n",
        "fx/p/.gitignore": "!public\n",
        "fx/p/public/i.html": "",
        "fx/q/public/i.html": "",
    },
    "excluded parent cannot be taken back inside": {".gitignore": "a/\n!a/kept.txt\n", "a/kept.txt": "", "b.txt": ""},
    "all but one folder": {
        ".gitignore": "/*\n!/foo\n/foo/*\n!/foo/bar\n!.gitignore\n",
        "x.txt": "",
        "foo/y.txt": "",
        "foo/bar/z.txt": "",
    },
    "double star": {".gitignore": "a/**/z.txt\n**/deep\n", "a/z.txt": "", "a/b/c/z.txt": "", "q/deep/w.txt": "", "z.txt": ""},
    "comment, blank, escaped": {".gitignore": "# no\n\n\\#yes.txt\n\\!bang.txt\n", "#yes.txt": "", "!bang.txt": "", "no": ""},
    "trailing space": {".gitignore": "sp.txt   \n", "sp.txt": ""},
    "deeper rule wins": {".gitignore": "*.txt\n", "k/.gitignore": "!*.txt\n", "a.txt": "", "k/a.txt": "", "k/l/a.txt": ""},
}


@pytest.mark.parametrize("files", IGNORE_CASES.values(), ids=IGNORE_CASES)
@pytest.mark.skipif(shutil.which("git") is None, reason="git is the measure here")
def test_leaves_out_what_git_leaves_out(files: dict[str, str], tmp_path: Path) -> None:
    """The tree's paths are git's own answer, on disk and in memory."""
    on_disk(tmp_path, dict(files))
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, env=environment)
    listed = subprocess.run(
        ["git", "-C", str(tmp_path), "ls-files", "-co", "--exclude-standard", "-z"],
        check=True,
        capture_output=True,
        env=environment,
    )
    by_git = tuple(sorted(listed.stdout.decode().split("\0")[:-1]))

    assert by_git == Tree.open(tmp_path).paths
    assert by_git == Tree.of(files).paths


def test_leaves_out_installed_packages_and_other_peoples_code() -> None:
    """Installed, vendored and environment directories are never walked; build output is, but not as code."""
    tree = Tree.of(
        {
            "node_modules/ws/index.js": "",
            "app/.venv/x.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/x.py": "",
            "vendor/a.php": "",
            "dist/server.js": "",
            "server.js": "",
        }
    )

    assert ("dist/server.js", "server.js") == tree.paths
    assert (tree.is_code("dist/server.js"), tree.is_code("server.js")) == (False, True)


def test_minified_script_is_no_code() -> None:
    """A script of few, very long lines is a bundle, whatever it is called."""
    tree = Tree.of({"app.js": "x=new WebSocket();" * 1000, "own.js": "new WebSocket();\n" * 1000}, words=["WebSocket"])

    assert (tree.is_code("app.js"), tree.is_code("own.js")) == (False, True)


def test_finds_words_that_overlap() -> None:
    """Each wanted word is noted, also where one lies inside another."""
    tree = Tree.of(
        {"a.js": "new WebSocketServer()", "b.js": "WebSocket", "c.js": "nothing"},
        words=["WebSocket", "WebSocketServer", "absent"],
    )

    assert frozenset({"WebSocket", "WebSocketServer"}) == tree.words("a.js")
    assert ["a.js", "b.js"] == list(tree.having("WebSocket"))
    assert [] == list(tree.having("absent"))


def test_finds_files_by_name() -> None:
    """Names are globs of the last part and ignore case."""
    tree = Tree.of({"a/Dockerfile": "", "docker-compose.prod.yml": "", "b/dockerfile": "", "c/Dockerfile.web": ""})

    assert ["a/Dockerfile", "b/dockerfile"] == list(tree.named("Dockerfile"))
    assert ["a/Dockerfile", "b/dockerfile", "c/Dockerfile.web"] == list(tree.named("Dockerfile", "Dockerfile.*"))
    assert ["docker-compose.prod.yml"] == list(tree.named("docker-compose*.yml"))


def test_decodes_what_editors_write() -> None:
    """UTF-8 with and without mark, UTF-16, and Latin-1 come back as text."""
    tree = Tree.of({"a": "é".encode(), "b": b"\xef\xbb\xbfb", "c": "ç".encode("utf-16"), "d": b"caf\xe9"})

    assert [tree.text(path) for path in tree.paths] == ["é", "b", "ç", "café"]


def test_says_what_it_could_not_read() -> None:
    """Binary and huge files are named with the reason, and nothing else stops."""
    tree = Tree.of({"a.conf": b"\0\1\2", "big.js": b"x" * (LARGEST + 1), "ok.js": "1"}, words=["1"])

    assert (tree.text("a.conf"), tree.text("big.js"), tree.text("ok.js")) == (None, None, "1")
    assert {"a.conf", "big.js"} == {each.file for each in tree.not_read}
    assert "5 MB" in next(each.reason for each in tree.not_read if each.file == "big.js")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes as POSIX has them")
def test_follows_no_link_out_of_the_tree(tmp_path: Path) -> None:
    """Loops, outside links and pipes neither hang the walk nor show what lies outside."""
    outside = on_disk(tmp_path / "outside", {"secret.txt": "password"})
    root = on_disk(tmp_path / "root", {"sites/app.conf": "server {}"})
    (root / "loop").symlink_to(root)
    (root / "out.txt").symlink_to(outside / "secret.txt")
    (root / "out").symlink_to(outside)
    (root / "gone").symlink_to(root / "nothing")
    (root / "enabled.conf").symlink_to(root / "sites/app.conf")
    os.mkfifo(root / "pipe.js")

    tree = Tree.open(root, words=["password", "server"])

    assert ("enabled.conf", "sites/app.conf") == tree.paths
    assert "server {}" == tree.text("enabled.conf")
    assert {"out.txt", "out", "gone"} == {each.file for each in tree.not_read}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links as POSIX has them")
def test_a_file_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    """What was a file during the walk and is a link when it is read stays unread."""
    outside = on_disk(tmp_path / "outside", {"secret.txt": "password"})
    root = on_disk(tmp_path / "root", {"a.txt": "fine"})
    tree = Tree.open(root)
    (root / "a.txt").unlink()
    (root / "a.txt").symlink_to(outside / "secret.txt")

    assert tree.text("a.txt") is None
    assert [each.file for each in tree.not_read] == ["a.txt"]


def test_names_that_are_no_utf8_are_read(tmp_path: Path) -> None:
    """A file name in another encoding is shown readably and still opened."""
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.js")).write_text("new WebSocket()")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")

    tree = Tree.open(tmp_path, words=["WebSocket"])

    assert ("caf\ufffd.js",) == tree.paths
    assert "new WebSocket()" == tree.text("caf\ufffd.js")


def test_one_file_is_a_tree(tmp_path: Path) -> None:
    """A path to a file gives a tree of that file alone."""
    on_disk(tmp_path, {"nginx.conf": "http {}", "other.txt": ""})

    assert ("nginx.conf",) == Tree.open(tmp_path / "nginx.conf").paths


def test_a_root_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """The caller hears of a root that cannot be read."""
    with pytest.raises(FileNotFoundError):
        Tree.open(tmp_path / "nothing")


def test_an_unreadable_directory_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory that may not be listed is said so, and the walk goes on."""
    from advisor.sources import Disk

    root = on_disk(tmp_path, {"closed/a.js": "", "b.js": ""})
    listing = Disk.list

    def refuse(self: Disk, directory: str) -> object:
        if directory == "closed":
            raise PermissionError(13, "Permission denied")
        return listing(self, directory)

    monkeypatch.setattr(Disk, "list", refuse)
    tree = Tree.open(root)

    assert ("b.js",) == tree.paths
    assert [(n.file, n.reason) for n in tree.not_read] == [("closed/", "the directory could not be read: permission denied")]


def test_secrets_are_known_by_their_name() -> None:
    """Files whose values are never shown."""
    tree = Tree.of({})

    assert [tree.is_secret(path) for path in (".env.production", "a/dev.tfvars", "x.tfstate", "main.tf")] == [
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"libs/chat/server.js": "", "libs/own/server.js": ""}, [".gitmodules", "libs/own/server.js"]),
        (
            {"libs/chat/server.js": "", ".wsadviseignore": "!/libs/chat/\n"},
            [".gitmodules", ".wsadviseignore", "libs/chat/server.js"],
        ),
        ({"app/libs/chat/server.js": ""}, [".gitmodules", "app/libs/chat/server.js"]),
    ],
    ids=["left-out", "taken-back", "another-directory-of-that-name"],
)
def test_submodules_are_other_repositories(files: dict[str, str], expected: list[str]) -> None:
    """What .gitmodules names is not the project's own, unless an ignore file takes it back."""
    modules = '[submodule "chat"]\n\tpath = libs/chat\n\turl = https://example.com/chat.git\n'

    assert expected == sorted(Tree.of({".gitmodules": modules, **files}).paths)
