"""A main file and callbacks into the tree -> one configuration: includes in place, conditions judged, variables filled in.

httpd reads its files from top to bottom, and ``Define``, ``LoadModule`` and the conditions act on what follows them; so does
this. Includes are looked up where httpd would find them, but only inside the tree.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from advisor.formats.apache import Directive, parse
from advisor.formats.document import Problem, Unreadable
from advisor.model import NotRead, Place
from advisor.proxies.lookup import fits, home
from advisor.versions import before

ROOTS = ("/etc/apache2", "/etc/httpd", "/usr/local/apache2", "/opt/bitnami/apache", "/usr/local/etc/apache24")
PARTS = frozenset(
    {
        "conf",
        "conf.d",
        "conf-enabled",
        "conf-available",
        "sites-enabled",
        "sites-available",
        "sites",
        "vhosts",
        "vhosts.d",
        "extra",
    }
)
_WHOLE = frozenset({"loadmodule", "serverroot", "listen", "servertype", "mutex", "startservers", "threadsperchild"})
_DEBIAN = frozenset(
    "access_compat alias auth_basic authn_core authn_file authz_core authz_host authz_user autoindex deflate dir env filter mime "
    "mpm_event negotiation reqtimeout setenvif status".split()
)
"""What Debian's package loads before anybody enables more."""
_BUILT_IN = frozenset("core so http http_core log_config logio version unixd watchdog".split())
_MOST_FILES = 1_000
_DEEPEST_INCLUDE = 20
_MOST_DIRECTIVES = 60_000
_VARIABLE = re.compile(r"\$\{([^}\s]+)\}")
_NEWEST = "2.4.999"


@dataclass(frozen=True, slots=True)
class Missing:
    """An include that leads to no file of the tree."""

    path: str
    place: Place


@dataclass(frozen=True, eq=False)
class Config:
    """A configuration as httpd would have it in memory."""

    main: str
    directives: tuple[Directive, ...]
    whole: bool
    """False where only parts are in the tree, which the shipped main file reads."""
    modules: frozenset[str] | None
    """Names of the loaded modules (``proxy_http``); ``None`` where the files do not show them."""
    debian: bool = False
    """True where the shipped main file is Debian's."""
    files: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    problems: tuple[Problem, ...] = ()
    not_read: tuple[NotRead, ...] = ()

    def has(self, module: str) -> bool:
        """True where the module is loaded, or may be."""
        return self.modules is None or module in self.modules

    def lacks(self, *modules: str) -> str | None:
        """The first of these modules that is known not to be loaded."""
        return next((module for module in modules if not self.has(module)), None)


@dataclass(slots=True)
class _Loader:
    read: Callable[[str], str | None]
    glob: Callable[[str], list[str]]
    home: str
    environment: Mapping[str, str]
    mounted: Callable[[str], Sequence[str]] | None
    shown: frozenset[str] | None = None
    """The modules that conditions go by; ``None``: every module counts as loaded."""
    defined: dict[str, str] = field(default_factory=dict)
    loaded: dict[str, Place] = field(default_factory=dict)
    macros: dict[str, tuple[tuple[str, ...], Directive]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    unseen_modules: bool = False
    count: int = 0

    def file(self, path: str, text: str, chain: tuple[str, ...]) -> tuple[Directive, ...]:
        try:
            document = parse(text, path)
        except Unreadable as unreadable:
            self.not_read.append(NotRead(path, unreadable.clause, unreadable.line, deployment=True))
            return ()
        self.files.append(path)
        self.problems.extend(document.problems)
        return tuple(self.resolve(document.directives, (*chain, path)))

    def resolve(self, directives: tuple[Directive, ...], chain: tuple[str, ...]) -> Iterator[Directive]:
        for written in directives:
            self.count += 1
            if self.count > _MOST_DIRECTIVES:
                return
            one = replace(written, text=self.filled(written.text)) if "${" in written.text else written
            if one.key in ("include", "includeoptional"):
                yield from self.include(one, chain)
            elif one.block is not None and one.key.startswith("if") and one.key != "if":
                if self.holds(one):
                    yield from self.resolve(one.block, chain)
            elif one.key == "macro" and one.block is not None and one.args:
                self.macros[one.args[0].lower()] = (one.args[1:], one)
            elif one.key == "use" and one.args and one.args[0].lower() in self.macros and len(chain) < _DEEPEST_INCLUDE:
                yield from self.resolve(self.used(one), (*chain, chain[-1]))
            elif one.block is not None:
                yield replace(one, block=tuple(self.resolve(one.block, chain)))
            else:
                self.note(one)
                yield one

    def note(self, one: Directive) -> None:
        """What a directive changes for those behind it."""
        args = one.args
        if one.key == "define" and args:
            self.defined[args[0]] = args[1] if len(args) > 1 else ""
        elif one.key == "undefine" and args:
            self.defined.pop(args[0], None)
        elif one.key == "loadmodule" and args:
            self.loaded.setdefault(module_name(args[0]), one.place)

    def filled(self, text: str) -> str:
        known = {**self.environment, **self.defined}
        return _VARIABLE.sub(lambda name: known.get(name[1], name[0]), text)

    def holds(self, one: Directive) -> bool:
        """Whether an ``<If...>`` that is judged at the start holds."""
        text = one.text.strip().strip("\"'")
        negated, name = text.startswith("!"), text.removeprefix("!").strip()
        if one.key == "ifmodule":
            loaded = name == "" or self._loaded(module_name(name))
        elif one.key == "ifdefine":
            loaded = name in self.defined
        elif one.key == "ifversion":
            return _version_holds(one.args)
        elif one.key == "iffile":
            loaded = bool(self.find(name))
        else:
            return True
        return loaded != negated

    def _loaded(self, name: str) -> bool:
        if self.shown is None:
            return name not in ("gnutls", "nss", "mpm_prefork", "mpm_worker", "php5", "php7")
        return name in self.loaded or name in self.shown or name in _BUILT_IN

    def used(self, one: Directive) -> tuple[Directive, ...]:
        """A macro's body with its parameters filled in."""
        names, macro = self.macros[one.args[0].lower()]
        values = dict(zip(names, one.args[1:], strict=False))

        def fill(each: Directive) -> Directive:
            text = each.text
            for name in sorted(values, key=len, reverse=True):
                text = text.replace(name, values[name])
            return replace(each, text=text, block=tuple(map(fill, each.block)) if each.block is not None else None)

        return tuple(map(fill, macro.block or ()))

    # ------------------------------------------------------------ includes

    def include(self, one: Directive, chain: tuple[str, ...]) -> Iterator[Directive]:
        pattern = one.args[0] if one.args else ""
        found = self.find(pattern)
        if not found:
            wild = any(sign in pattern for sign in "*?[")
            self.unseen_modules = self.unseen_modules or "mods" in pattern or "modules" in pattern
            if one.key == "include" and not wild:
                self.missing.append(Missing(pattern, one.place))
        for path in found:
            if path in chain or len(chain) > _DEEPEST_INCLUDE:
                reason = f"Exceeded maximum include depth: {path} includes itself"
                self.problems.append(Problem(reason, one.place))
                continue
            text = self.read(path) if len(self.files) < _MOST_FILES else None
            if text is None:
                reason = "it is included, and it was not found or could not be opened"
                self.not_read.append(NotRead(path, reason, deployment=True))
                self.unseen_modules = self.unseen_modules or "mods" in pattern
                continue
            yield from self.file(path, text, chain)

    def find(self, pattern: str) -> list[str]:
        """Files of the tree that an include means; for a directory all files in it."""
        if not pattern:
            return []
        absolutes = [pattern] if pattern.startswith("/") else [f"{root}/{pattern}" for root in ROOTS]
        if self.mounted is not None:
            for absolute in absolutes:
                for each in (absolute, f"{absolute.rstrip('/')}/*"):
                    if inside := self.mounted(each):
                        return list(inside)
        for candidate in self.candidates(pattern):
            if any(sign in candidate for sign in "*?["):
                matching = sorted(path for path in self.glob(candidate) if fits(path, candidate))
            elif self.read(candidate) is not None:
                return [candidate]
            else:
                matching = sorted(path for path in self.glob(f"{candidate}/*") if fits(path, f"{candidate}/*"))
            if matching:
                return matching
        return []

    def candidates(self, pattern: str) -> Iterator[str]:
        tail = pattern.rstrip("/")
        for root in ROOTS:
            if tail.startswith(root + "/"):
                tail = tail[len(root) + 1 :]
        tail = tail.lstrip("/")
        seen: set[str] = set()
        directory = self.home
        while True:
            for option in (tail, tail.removeprefix("conf/")):
                path = posixpath.normpath(posixpath.join(directory, option))
                if path not in seen and not path.startswith("../") and path not in ("..", "."):
                    seen.add(path)
                    yield path
            if not directory:
                break
            directory = posixpath.dirname(directory)


def module_name(text: str) -> str:
    """``mod_proxy_http.c`` and ``proxy_http_module`` -> ``proxy_http``."""
    name = text.strip().strip("\"'").lower()
    return name.removesuffix(".c").removesuffix(".so").removeprefix("mod_").removesuffix("_module")


def load(
    main: str | tuple[str, ...],
    read: Callable[[str], str | None],
    glob: Callable[[str], list[str]],
    *,
    environment: Mapping[str, str] | None = None,
    mounted: Callable[[str], Sequence[str]] | None = None,
) -> Config:
    """Reads a configuration from its main file, or from several parts that the shipped main file reads.

    ``read`` answers a file of the tree or ``None``, ``glob`` the paths that match a pattern whose ``*`` does not cross ``/``,
    ``mounted`` the files that a container has where an include points; it is asked first.
    """
    paths = (main,) if isinstance(main, str) else main

    enabled = list(mounted("/etc/apache2/mods-enabled/*.load")) if mounted is not None else []

    def run(shown: frozenset[str] | None) -> tuple[_Loader, list[Directive]]:
        loader = _Loader(read, glob, home(paths[0], PARTS), environment or {}, mounted, shown)
        parts: list[Directive] = []
        for path in enabled if isinstance(main, tuple) else ():
            parts.extend(loader.file(path, read(path) or "", ()))
        for path in paths:
            text = read(path)
            if text is None:
                loader.not_read.append(NotRead(path, "it could not be opened", deployment=True))
            else:
                parts.extend(loader.file(path, text, ()))
        return loader, parts

    loader, parts = run(None)
    whole = any(one.key in _WHOLE and one.place.file == paths[0] for one in parts) and len(paths) == 1
    given = frozenset() if whole else _DEBIAN
    known = bool(loader.loaded) and not loader.unseen_modules
    if known:
        loader, parts = run(given)
    debian = any(re.search(r"(^|/)(sites|mods|conf)-(enabled|available)(/|$)|apache2", path) for path in paths)
    debian = debian or (mounted is not None and bool(mounted("/etc/apache2/sites-enabled/*")))
    return Config(
        paths[0],
        tuple(parts),
        whole,
        frozenset(loader.loaded) | given | _BUILT_IN if known else None,
        debian and not whole,
        tuple(loader.files),
        tuple(loader.missing),
        tuple(loader.problems),
        tuple(loader.not_read),
    )


def _version_holds(args: tuple[str, ...]) -> bool:
    """``<IfVersion >= 2.4>``, judged for a current 2.4."""
    sign, limit = args if len(args) == 2 else ("=", args[0] if args else "")
    limit = limit.strip("/^~")
    if sign in (">=", "!>=", ">", "!>"):
        holds = not before(_NEWEST, limit)
    elif sign in ("<=", "<", "!<=", "!<"):
        holds = before(_NEWEST, limit)
    else:
        holds = _NEWEST.startswith(limit.replace("\\", ""))
    return holds != sign.startswith("!")
