"""Who is at an address, and who stands behind a hop: names, ports, networks, environments, and when a guess is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.model import Address, App, Deployment, Endpoint, Hop, Place, Process, Stack, Target, Use
from advisor.topology import Joined, Running, Topology, build
from advisor.tree import Tree

PLACE = Place("x", 1)


def server(app: str, port: int | None = None, origin: Any = "literal") -> Use:
    return Use("ws", "ws", "server", app, PLACE, endpoints=(Endpoint("/ws", PLACE, port, origin if port else None),))


def app(name: str, root: str = "", port: int | None = None, **more: Any) -> App:
    return App(name, root or name, uses=(server(name, port, more.pop("origin", "literal")),), **more)


def process(name: str, root: str = "", **more: Any) -> Process:
    more.setdefault("names", (name,))
    return Process(f"compose:{name}", PLACE, root=root or name, **more)


def hop(name: str = "proxy", platform: str = "nginx", **more: Any) -> Hop:
    return Hop(name, platform, name, PLACE, **more)


def topology(apps: tuple[App, ...], processes: tuple[Process, ...] = (), hops: tuple[Hop, ...] = ()) -> Topology:
    return build(Stack(apps), Deployment(hops, processes), Tree.of({}))


def reached(joined: Joined | None) -> tuple[str, str] | None:
    """Id of the node and certainty."""
    return (joined.node.id, joined.certainty) if joined is not None else None


# ---------------------------------------------------------------- which process runs which app


def test_a_project_of_its_own_is_not_the_app_around_it() -> None:
    """What is built from a directory with a manifest of its own is another program; without one it is a part of the app."""
    whole = App("web", ".", uses=(server("web"),), ecosystem="hex")
    parts = (process("one", "deploy"), process("two", "frame"))
    built = build(Stack((whole,)), Deployment((), parts), Tree.of({"mix.exs": "", "frame/mix.exs": "", "deploy/Dockerfile": ""}))

    assert {"compose:one": "web", "compose:two": None} == {node.id: node.app and node.app.id for node in built.running}


def test_process_runs_the_app_of_its_directory() -> None:
    """A process and an app belong together by their directory."""
    built = topology((app("web"), app("api")), (process("one", "api"),))

    assert {"compose:one": "api", "web": "web"} == {node.id: node.app.id for node in built.running if node.app}


def test_app_that_no_process_runs_stands_for_itself() -> None:
    """Without a process the app is still there, under its own id and at the port of its code."""
    (alone,) = topology((app("web", port=4000),)).running

    assert ("web", None, frozenset({4000})) == (alone.id, alone.process, alone.ports)


def test_process_of_a_parent_directory_runs_the_only_server_below() -> None:
    """A build from the root runs the one app below it, and says so."""
    (node,) = topology((app("web", "services/web"),), (process("all", "."),)).running

    assert ("web", "strong", "services/web is the only server below .") == (
        node.app.id if node.app else None,
        node.certainty,
        node.because,
    )


def test_host_of_a_parent_directory_is_there_for_something_else() -> None:
    """Where another host runs the very directory of the only server."""
    web = app("web", "services/web")
    whole = process("all", ".", host="one")
    own = process("own", "services/web", host="two")

    assert {"compose:all": None, "compose:own": "web"} == {
        node.id: node.app and node.app.id for node in topology((web,), (whole, own)).running
    }
    assert ["web"] == [node.app.id for node in topology((web,), (whole,)).running if node.app]


def test_process_of_a_parent_directory_with_several_servers_runs_none() -> None:
    """Of two servers none is picked by chance."""
    nodes = topology((app("web", "services/web"), app("api", "services/api")), (process("all", "."),)).running

    assert [None] == [node.app for node in nodes if node.id == "compose:all"]


def test_command_tells_which_of_several_servers_runs() -> None:
    """The file that a command starts decides between several apps below."""
    use = Use("ws", "ws", "server", "api", Place("services/api/main.js", 3), endpoints=(Endpoint("/ws", PLACE),))
    apps = (app("web", "services/web"), App("api", "services/api", uses=(use,)))
    nodes = topology(apps, (process("all", ".", command="node services/api/main.js"),)).running

    assert ["api"] == [node.app.id for node in nodes if node.id == "compose:all" and node.app]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param("redis:7", None, id="somebody else's image"),
        pytest.param("ghcr.io/example/web:1.2", ("web", "weak"), id="called like the app"),
        pytest.param("registry.example.com/shop:1.2", ("web", "weak"), id="from a registry of one's own"),
        pytest.param("${REGISTRY}/shop", ("web", "weak"), id="from a registry in a variable"),
    ],
)
def test_image_that_is_not_built_here(image: str, expected: tuple[str, str] | None) -> None:
    """A published image is the app only where its name or its registry says so."""
    nodes = topology((app("web"),), (process("one", ".", image=image, built=False),)).running
    node = next(node for node in nodes if node.id == "compose:one")

    assert expected == ((node.app.id, node.certainty) if node.app else None)


@pytest.mark.parametrize(
    ("origin", "command", "expected"),
    [
        pytest.param("literal", "node server.js", {3000}, id="the code's number"),
        pytest.param("literal", "PORT=4000 node server.js", {3000, 4000}, id="the command's number as well"),
        pytest.param("default", "uvicorn main:app --port 9000", {9000}, id="a flag replaces a library's default"),
    ],
)
def test_ports_of_a_running_app(origin: str, command: str, expected: set[int]) -> None:
    """Ports come from the command and from the code; a flag replaces what is only a default."""
    (node,) = topology((app("web", port=3000, origin=origin),), (process("web", command=command),)).running

    assert expected == node.ports


def test_port_that_the_files_give_replaces_the_codes() -> None:
    """Where PORT is given, the code's fallback is not listened on."""
    (node,) = topology((app("web", port=3000, origin="environment"),), (process("web", port_given=8080),)).running

    assert {8080} == node.ports


# ---------------------------------------------------------------- names


def test_name_of_a_process() -> None:
    """A proxy's upstream name is the process that bears it."""
    built = topology((app("web"),), (process("web"),), (front := hop(),))

    assert ("compose:web", "explicit") == reached(built.at(front, Address("web", 3000)))


def test_name_of_a_hop() -> None:
    """A name may be that of another proxy."""
    built = topology((app("web"),), (process("web"),), (front := hop("edge"), hop("inner", names=("inner",))))

    assert ("inner", "explicit") == reached(built.at(front, Address("inner", 80)))


def test_hop_is_not_behind_itself() -> None:
    """A proxy that bears the name it sends to does not reach itself."""
    front = hop(names=("web",))
    built = topology((app("web"),), (process("web"),), (front,))

    assert ("compose:web", "explicit") == reached(built.at(front, Address("web", 80)))


def test_same_name_in_two_networks() -> None:
    """Of two services of one name the one in the proxy's own network is meant."""
    processes = (
        process("a", network="compose:a", names=("web",)),
        process("b", network="compose:b", names=("web",)),
    )
    front = hop(network="compose:b")
    built = topology((app("a"), app("b")), processes, (front,))

    assert ("compose:b", "explicit") == reached(built.at(front, Address("web", 80)))


def test_same_name_in_two_environments() -> None:
    """A staging proxy reaches the staging process."""
    processes = (
        process("a", names=("web",)),
        process("b", names=("web",), environment_name="staging"),
    )
    front = hop(environment="staging")
    built = topology((app("a"), app("b")), processes, (front,))

    assert ("compose:b", "explicit") == reached(built.at(front, Address("web", 80)))


def test_unknown_name_in_a_compose_project_is_nobody() -> None:
    """In a compose project every plain name is a service's; one that no service bears is not guessed at."""
    front = hop(network="compose:.")
    built = topology((app("web"),), (process("web", network="compose:."),), (front,))

    assert None is built.at(front, Address("realtime", 3000))


@pytest.mark.parametrize("host", ["app.internal.example.com", "10.0.0.7", "$backend"])
def test_address_outside_may_be_the_lone_server(host: str) -> None:
    """A full name, a number or a variable may be anything, so the lone server is taken for it, weakly."""
    front = hop(network="compose:.")
    built = topology((app("web"),), (process("web", network="compose:."),), (front,))

    assert ("compose:web", "weak") == reached(built.at(front, Address(host, 3000)))


# ---------------------------------------------------------------- this machine


def test_port_on_this_machine() -> None:
    """127.0.0.1 and a port is whoever listens there."""
    built = topology((app("web", port=3000), app("api", port=4000)), (), (front := hop(),))

    assert ("api", "strong") == reached(built.at(front, Address("127.0.0.1", 4000)))


def test_port_that_two_apps_claim_is_nobodys() -> None:
    """Two apps at one port: neither is picked by chance."""
    built = topology((app("web", port=3000), app("api", port=3000)), (), (front := hop(),))

    assert None is built.at(front, Address("localhost", 3000))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_own_container(host: str) -> None:
    """In a container of its own a proxy's loopback address is itself."""
    front = hop(network="compose:.", names=("proxy",))
    built = topology((app("web", port=3000),), (process("web", network="compose:."),), (front,))

    assert None is built.at(front, Address(host, 3000))


def test_host_network() -> None:
    """With the machine's network the loopback address is the machine's."""
    front = hop(local=True)
    built = topology((app("web", port=3000),), (process("web", names=()),), (front,))

    assert ("compose:web", "strong") == reached(built.at(front, Address("127.0.0.1", 3000)))


def test_machine_of_the_container() -> None:
    """``host.docker.internal`` is the machine, where published ports are."""
    front = hop(network="compose:.", names=("proxy",))
    built = topology((app("web", port=3000),), (process("web", network="compose:."),), (front,))

    assert ("compose:web", "strong") == reached(built.at(front, Address("host.docker.internal", 3000)))


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/run/web.sock", ("compose:web", "explicit")), ("/run/other.sock", None)],
)
def test_unix_socket(path: str, expected: tuple[str, str] | None) -> None:
    """A socket file is whoever binds it, and nobody else."""
    runs = process("web", command="gunicorn --bind unix:/run/web.sock app:app", names=())
    built = topology((app("web"),), (runs,), (front := hop(),))

    assert expected == reached(built.at(front, Address("localhost", None, unix=path)))


# ---------------------------------------------------------------- the lone server


def test_lone_proxy_and_lone_server_belong_together() -> None:
    """One proxy and one server that nothing joins are taken for a pair, and the reason says how."""
    built = topology((app("web"),), (), (front := hop(),))
    joined = built.at(front, Address("upstream.example.com", 3000))

    assert ("web", "weak") == reached(joined)
    assert joined is not None
    assert "web is the only server in this repository, so proxy is taken to send to it" == joined.because


def test_lone_server_elsewhere_is_not_meant() -> None:
    """A server that is known to listen at another port is not meant."""
    built = topology((app("web", port=3000),), (), (front := hop(),))

    assert None is built.at(front, Address("upstream.example.com", 8080))


def test_no_lone_server_among_two() -> None:
    """Two servers: none is taken."""
    built = topology((app("web"), app("api")), (), (front := hop(),))

    assert None is built.at(front, Address("upstream.example.com", 3000))


def test_lone_server_of_another_scope_is_not_meant() -> None:
    """A production proxy does not lead to an example."""
    built = topology((app("demo", scope="example"),), (), (front := hop(),))

    assert None is built.at(front, Address("upstream.example.com", 3000))


def test_lone_server_of_another_compose_project_is_not_meant() -> None:
    """Two compose projects that name nothing of each other are not joined by a guess."""
    front = hop(network="compose:templates/proxy", platform="nginx-proxy-manager")
    built = topology((app("web"),), (process("web", network="compose:."),), (front,))

    assert [] == list(built.behind(front))


# ---------------------------------------------------------------- behind a platform


def behind(built: Topology, front: Hop) -> list[tuple[str, str]]:
    return [(joined.node.id, joined.certainty) for _, joined in built.behind(front)]


def test_targets_by_name() -> None:
    """A balancer's targets are found by their names."""
    front = hop("balancer", "aws-alb", targets=(Target("group", PLACE),))
    built = topology((app("web"), app("api")), (process("web", names=("group",)), process("api")), (front,))

    assert [("compose:web", "explicit")] == behind(built, front)


def test_own_processes() -> None:
    """A host's own processes lie behind it."""
    front = hop("host", "heroku", processes=("compose:web",))
    built = topology((app("web"), app("api")), (process("web"), process("api")), (front,))

    assert [("compose:web", "explicit")] == behind(built, front)


def test_served_directory() -> None:
    """A host that builds a directory runs the apps in it."""
    front = hop("host", "render", serves="services")
    built = topology((app("web", "services/web"), app("api", "other/api")), (), (front,))

    assert [("web", "explicit")] == behind(built, front)


def test_static_output_leads_nowhere() -> None:
    """A host of files has nothing behind it, even with a lone server in the tree."""
    front = hop("host", "render", conditions=(("output", "static"),))

    assert [] == behind(topology((app("web"),), (), (front,)), front)


def test_platform_alone_with_a_lone_server() -> None:
    """A platform of which the files show no target is taken to lead to the lone server, weakly."""
    front = hop("edge", "cloudflare")

    assert [("web", "weak")] == behind(topology((app("web"),), (), (front,)), front)


def test_servers_of_one_environment() -> None:
    """``servers`` gives the apps that serve sockets, of one environment where one is named."""
    processes = (process("web"), process("later", "web", environment_name="staging"), process("db", "db", built=False))
    built = topology((app("web"),), processes)
    ids: list[Running] = list(built.servers("staging"))

    assert ["compose:later"] == [node.id for node in ids]
    assert ["compose:web", "compose:later"] == [node.id for node in built.servers()]


@pytest.mark.parametrize(
    ("beside", "files", "expected"),
    [
        ((), {"app/Dockerfile": ""}, "app"),
        ((), {}, None),
        ((Process("compose:c:db", PLACE, network="compose:.", image="postgres:17", built=False),), {"app/Dockerfile": ""}, "app"),
        ((Process("compose:c:wiki", PLACE, network="compose:.", image="some/wiki", built=False),), {"app/Dockerfile": ""}, None),
        ((Process("compose:c:web", PLACE, "app", network="compose:."),), {"app/Dockerfile": ""}, None),
    ],
    ids=["alone", "nothing makes an image", "beside a database", "beside another image", "built beside it"],
)
def test_published_image_of_the_only_server(beside: tuple[Process, ...], files: dict[str, str], expected: str | None) -> None:
    """The one image of a compose project that can be the app's own is taken for it, with a weak certainty."""
    image = Process("compose:c:chat", PLACE, network="compose:.", image="someone/chat-base:1", built=False)
    found = build(Stack((app("app"),)), Deployment((), (image, *beside)), Tree.of(files))
    node = next(each for each in found.running if each.id == image.id)

    assert (expected, "weak") == (node.app.id if node.app else None, node.certainty)
