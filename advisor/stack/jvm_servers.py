"""A call of a JVM program (``java -jar``, ``mvn spring-boot:run``, ``gradle bootRun``, Tomcat) -> what it runs, and its port."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from advisor.model import Server
from advisor.stack.calls import Call
from advisor.stack.flags import PortFrom, port

_OWN = "what the Java program runs decides for itself whether it upgrades"
_VALUES = frozenset(
    {"-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules", "--add-opens", "--add-exports", "--add-reads"}
)
_PORTS = ("server.port", "micronaut.server.port", "quarkus.http.port", "ktor.deployment.port", "-port", "http.port")
_HOSTS = ("server.address", "micronaut.server.host", "quarkus.http.host", "ktor.deployment.host", "-host")
_VARIABLES = ("SERVER_PORT", "MICRONAUT_SERVER_PORT", "QUARKUS_HTTP_PORT")
_MAVEN = {"spring-boot:run": "", "jetty:run": "", "exec:java": "", "quarkus:dev": "dev", "mn:run": "dev", "tomcat7:run": ""}
_GRADLE = {"bootRun": "", "run": "", "quarkusDev": "dev", "appRun": "", "runServer": ""}
_WRITTEN = re.compile(r"^(?:-D|--)?([\w.-]+)=(.*)$", re.DOTALL)


def java(call: Call) -> Server | None:
    """``java $JAVA_OPTS -Dserver.port=$PORT -jar target/app.jar --server.address=0.0.0.0``: a jar, a class or a module."""
    told: dict[str, str] = {}
    entry: str | None = None
    words = list(call.words)
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if entry is not None:
            _note(word, told)
        elif word in ("-jar", "-m", "--module"):
            entry = words[at] if at < len(words) else None
            at += 1
        elif word in _VALUES:
            at += 1
        elif word.startswith("-D"):
            _note(word, told)
        elif not word.startswith(("-", "$", "@")):
            entry = word
    if entry is None:
        return None
    return _server("java", entry, told, call)


def maven(call: Call) -> Server | None:
    """``mvn spring-boot:run``; goals that build or test run no server."""
    return _built(call, "mvn", _MAVEN)


def gradle(call: Call) -> Server | None:
    """``gradle bootRun``, ``./gradlew :api:run``; tasks that build or test run no server."""
    return _built(call, "gradle", _GRADLE)


def catalina(call: Call) -> Server | None:
    """``catalina.sh run``: Tomcat with whatever is deployed into it."""
    return _server("tomcat", None, {}, call) if set(call.words) & {"run", "start"} else None


def _built(call: Call, program: str, goals: Mapping[str, str]) -> Server | None:
    goal = next(
        (word.rsplit(":", 1)[-1] if program == "gradle" else word for word in call.words if _goal(word, program) in goals), None
    )
    if goal is None:
        return None
    told: dict[str, str] = {}
    for word in call.words:
        _note(word, told)
        for inner in word.partition("=")[2].split() if word.startswith(("-Dspring-boot.run", "--args")) else ():
            _note(inner.strip("\"'"), told)
    if goals[goal]:
        told["command"] = goals[goal]
    return _server(program, None, told, call)


def _goal(word: str, program: str) -> str:
    return word.rsplit(":", 1)[-1] if program == "gradle" else word


def _note(word: str, told: dict[str, str]) -> None:
    match = _WRITTEN.match(word)
    if match is not None and match[1].rsplit(".", 1)[-1] in ("port", "host", "address", "-port", "-host", "active"):
        told[match[1]] = match[2].strip("\"'")


def _server(program: str, entry: str | None, told: Mapping[str, str], call: Call) -> Server:
    number, origin = _port(told, call)
    bind = next((told[name] for name in _HOSTS if name in told and "$" not in told[name]), None)
    return Server(program, "other", None, _OWN, entry, None, 1, number, origin, bind, dict(told))


def _port(told: Mapping[str, str], call: Call) -> tuple[int | None, PortFrom | None]:
    written = next((told[name] for name in _PORTS if name in told), None)
    if written is None:
        written = next((call.environment[name] for name in _VARIABLES if name in call.environment), None)
    return port(written)


PROGRAMS: Mapping[str, Callable[[Call], Server | None]] = {
    "java": java,
    **dict.fromkeys(("mvn", "mvnw"), maven),
    **dict.fromkeys(("gradle", "gradlew"), gradle),
    "catalina.sh": catalina,
}
