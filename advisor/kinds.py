"""A path -> what kind of file it is: the project's own code, generated, vendored, binary, or one that may hold secrets."""

from __future__ import annotations

SKIPPED = frozenset(
    (
        ".git .hg .svn node_modules bower_components jspm_packages .venv virtualenv site-packages __pycache__ .tox "
        ".nox .terraform .next .nuxt .svelte-kit .turbo .parcel-cache .yarn .pnpm-store .mypy_cache .ruff_cache "
        ".pytest_cache .gradle .idea .angular .serverless cdk.out .aws-sam"
    ).split()
)
"""Directories that are never walked: installed packages, caches and build results."""

_VENDORED = frozenset({"vendor", "vendored", "_vendor", "third_party", "third-party", "thirdparty"})
_GENERATED = frozenset({"dist", "build", "out", "target", "compiled", "generated", "__generated__"})

_BUILT = ("/assets/builds/", "/public/packs/", "/priv/static/assets/")
"""Where the build steps of Rails and Phoenix put what they make of the project's own scripts."""

_BINARY = frozenset(
    (
        "png jpg jpeg gif webp avif ico bmp tiff psd ai eps woff woff2 ttf otf eot mp3 mp4 m4a ogg wav flac webm mov avi mkv "
        "zip gz tgz bz2 xz zst 7z rar tar jar war ear class pyc pyo so dylib dll exe o a lib bin dat db sqlite sqlite3 "
        "pdf doc docx xls xlsx ppt pptx wasm node pack idx parquet npy npz pkl pt onnx h5 keystore jks p12 pfx der"
    ).split()
)
_DATA = frozenset(("svg css scss sass less styl map snap po pot csv tsv ics geojson log patch diff lock sum ipynb xml").split())
_CODE = frozenset(
    (
        "py pyi js mjs cjs ts mts cts jsx tsx go rs rb java kt kts scala cs fs vb c h cc cpp hpp swift dart php pl lua ex exs "
        "erl hs ml clj r jl zig vue svelte"
    ).split()
)
_PROSE = frozenset("md mdx markdown markerb rst adoc asciidoc txt html htm tex".split())
_LOCKS = frozenset({"package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "Pipfile.lock", "composer.lock", "deno.lock"})
_SECRET_ENDS = (".tfvars", ".tfvars.json", ".tfstate", ".tfstate.backup", ".pem", ".key", ".env", ".secret", ".secrets")


def extension(path: str) -> str:
    """The last part of the file name after a dot, lower case; ``""`` where there is none."""
    name = path.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name[1:] else ""


def is_vendored(directory: str) -> bool:
    """True for a directory name that holds other people's code."""
    return directory.lower() in _VENDORED


def is_generated(path: str) -> bool:
    """True for build output by the folder it lies in, and for minified files by their name."""
    *folders, name = path.lower().split("/")
    built = any(folder in f"/{path.lower()}" for folder in _BUILT)
    return (
        built
        or any(folder in _GENERATED for folder in folders)
        or ".min." in name
        or ".bundle." in name
        or name.endswith(".d.ts")
    )


def is_binary_name(path: str) -> bool:
    """True where the name alone says that the file is not text."""
    return extension(path) in _BINARY


def is_code_or_prose(path: str) -> bool:
    """True for source code and documents by their ending: ``caddyfile.go`` is no Caddyfile, ``dockerfile.md`` no Dockerfile."""
    return extension(path) in _CODE or extension(path) in _PROSE


def is_configuration(path: str) -> bool:
    """True for names under which only text is expected that may show a hop or a process."""
    return extension(path) in ("tf", "hcl", "yaml", "yml", "toml", "conf")


def is_searched(path: str) -> bool:
    """False for text that can show neither a socket nor a hop (style sheets, tables, the lists of package managers)."""
    ending = extension(path)
    return ending not in _DATA and ending not in _BINARY and path.rsplit("/", 1)[-1] not in _LOCKS


def is_secret(path: str) -> bool:
    """True for files whose values must never be shown: ``.env*``, Terraform variables and state, keys."""
    name = path.rsplit("/", 1)[-1].lower()
    return name.startswith(".env") or name.endswith(_SECRET_ENDS) or "secret" in name or "credential" in name
