"""Stop signals, cookies and schemes in Java, Kotlin, C# and their settings."""

from __future__ import annotations

import pytest

from advisor.model import App
from advisor.stack import detect, words
from advisor.tree import Tree
from tests.stack.dotnet.test_hubs import program
from tests.stack.dotnet.trees import WEB
from tests.stack.jvm.test_spring import stomp
from tests.stack.jvm.trees import MAIN, POM

_SPRING = {"pom.xml": POM, f"{MAIN}W.java": stomp('registry.addEndpoint("/ws");')}
_HUB = {"Chat.csproj": WEB, "Program.cs": program()}


def app(files: dict[str, str]) -> App:
    """The one app of these files."""
    (found,) = detect(Tree.of(files, words())).apps
    return found


@pytest.mark.parametrize(
    ("files", "signals"),
    [
        (
            {**_SPRING, f"{MAIN}S.java": "class S { void f() { Runtime.getRuntime().addShutdownHook(t); } }"},
            {"SIGTERM", "SIGINT"},
        ),
        ({**_HUB, "S.cs": "lifetime.ApplicationStopping.Register(Close);"}, {"SIGTERM", "SIGINT"}),
        ({**_HUB, "S.cs": "Console.CancelKeyPress += (s, e) => { };"}, {"SIGINT"}),
        ({**_HUB, "S.cs": "PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => { });"}, {"SIGTERM"}),
        (_HUB, set()),
    ],
)
def test_signals(files: dict[str, str], signals: set[str]) -> None:
    """Hooks of the runtime hear both; the rest hears what it names."""
    assert signals == {signal for signal, _ in app(files).signals}


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        (
            {
                **_SPRING,
                "src/main/resources/application.yml": "server:\n  servlet:\n    session:\n      cookie:\n        same-site: lax",
            },
            True,
        ),
        ({**_SPRING, "src/main/resources/application.properties": "server.servlet.session.cookie.same-site=strict\n"}, True),
        ({**_SPRING, f"{MAIN}S.java": 'class S { Object c = ResponseCookie.from("a").sameSite("Strict").build(); }'}, True),
        ({**_HUB, "S.cs": "o.Cookie.SameSite = SameSiteMode.Lax;"}, True),
        ({**_HUB, "S.cs": "o.Cookie.SameSite = SameSiteMode.None;"}, False),
        (_SPRING, False),
    ],
)
def test_same_site(files: dict[str, str], kept: bool) -> None:
    """Cookies that other sites' pages cannot send along."""
    assert kept == (app(files).same_site is not None)


@pytest.mark.parametrize(
    ("files", "built", "trusts"),
    [
        ({**_HUB, "S.cs": 'var url = (Request.IsHttps ? "wss" : "ws") + "://" + Request.Host;'}, True, False),
        ({**_SPRING, f"{MAIN}S.java": 'class S { String f() { return request.isSecure() ? "wss://" : "ws://"; } }'}, True, False),
        ({**_SPRING, "src/main/resources/application.properties": "server.forward-headers-strategy=framework\n"}, False, True),
        ({**_SPRING, "src/main/resources/application.yml": "server:\n  forward-headers-strategy: native\n"}, False, True),
        ({**_SPRING, "src/main/resources/application.yml": "server:\n  forward-headers-strategy: none\n"}, False, False),
        ({**_HUB, "S.cs": "app.UseForwardedHeaders();"}, False, True),
    ],
)
def test_schemes(files: dict[str, str], built: bool, trusts: bool) -> None:
    """Addresses built from the request's scheme, and what makes the app trust a proxy's word."""
    found = app(files)
    assert (built, trusts) == (found.built_from_scheme is not None, found.trusts_proxy)
