"""Start commands of PHP: the program, its port, and whether it can hold a socket."""

from __future__ import annotations

import pytest

from advisor.stack.commands import interpret, servers

_SUPERVISOR = {
    "docker/supervisord.conf": "",
    "supervisord.conf": "[supervisord]\nnodaemon=true\n[program:reverb]\ncommand=php artisan reverb:start --port=9091 ; sockets\n"
    "[program:php-fpm]\ncommand=/usr/local/sbin/php-fpm -F\n[program:queue]\ncommand=php artisan queue:work\n"
    "[program:off]\ncommand=php artisan reverb:start --port=1\nautostart=false\n",
}


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("php artisan reverb:start", ("php", True, 8080, "default", "0.0.0.0")),
        ("php artisan reverb:start --host=127.0.0.1 --port=$PORT", ("php", True, None, "environment", "127.0.0.1")),
        ("/usr/bin/php8.3 /var/www/artisan reverb:start --port 9000", ("php", True, 9000, "literal", "0.0.0.0")),
        ("REVERB_SERVER_PORT=8001 ./artisan reverb:start", ("php", True, 8001, "literal", "0.0.0.0")),
        ("php artisan websockets:serve", ("php", True, 6001, "default", "0.0.0.0")),
        ("php -d memory_limit=1G artisan octane:start --host=0.0.0.0 --port=80", ("octane", False, 80, "literal", "0.0.0.0")),
        ("php artisan octane:frankenphp", ("octane", False, 8000, "default", "127.0.0.1")),
        ("php artisan serve --host 0.0.0.0", ("artisan serve", False, 8000, "default", "0.0.0.0")),
        ("php -S 0.0.0.0:8000 -t public", ("php -S", False, 8000, "literal", "0.0.0.0")),
        ("php-fpm -F", ("php-fpm", False, 9000, "default", None)),
        ("docker-php-entrypoint apache2-foreground", ("apache2-foreground", False, 80, "default", None)),
        ('entrypoint sh -lc "php artisan reverb:start --port=6001"', ("php", True, 6001, "literal", "0.0.0.0")),
        ("frankenphp run --config /etc/caddy/Caddyfile", ("frankenphp", False, None, None, None)),
        ("rr serve -c .rr.yaml", ("rr", False, None, None, None)),
        ("heroku-php-apache2 public/", ("heroku-php-apache2", False, None, "environment", "0.0.0.0")),
        ("php bin/chat-server.php", ("php", None, None, None, None)),
        ("php start.php start -d", ("php", None, None, None, None)),
        ("php bin/hyperf.php start", ("php", None, None, None, None)),
        ("php bin/console app:websocket:run", ("php", None, None, None, None)),
        ("php artisan migrate --force && php artisan reverb:start", ("php", True, 8080, "default", "0.0.0.0")),
    ],
)
def test_servers(command: str, told: tuple[object, ...]) -> None:
    """What answers a request at a time holds no connection; a command that runs for ever may."""
    server = interpret(command)
    assert server is not None
    assert told == (server.program, server.can_upgrade, server.port, server.port_from, server.bind)


@pytest.mark.parametrize(
    "command",
    [
        "php artisan queue:work",
        "php artisan horizon",
        "php artisan schedule:work",
        "php artisan migrate --force",
        "php bin/console messenger:consume async",
        "php -r 'echo 1;'",
        "php vendor/bin/phpunit",
        "composer install",
        "php-fpm -t",
    ],
)
def test_what_serves_nothing(command: str) -> None:
    """Queues, schedules, migrations and tests are no servers."""
    assert interpret(command) is None


def test_supervisor() -> None:
    """Every program that Supervisor starts, the one that can hold sockets last."""
    told = servers("/usr/bin/supervisord -n -c supervisord.conf", read=_SUPERVISOR.get)
    assert [("php-fpm", 9000), ("php", 9091)] == [(server.program, server.port) for server in told]


def test_supervisor_not_read() -> None:
    """Its configuration may lie outside of the tree."""
    server = interpret("supervisord -c /etc/supervisord.conf", read={}.get)
    assert server is not None
    assert ("supervisord", None) == (server.program, server.can_upgrade)
