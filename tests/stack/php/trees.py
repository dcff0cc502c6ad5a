"""Little PHP repositories in memory, and what the PHP side finds in them."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.model import Use
from advisor.stack.apps import Found, find
from advisor.stack.php import reader
from advisor.tree import Tree

RATCHET = {
    "composer.json": '{"name": "acme/chat", "require": {"cboden/ratchet": "^0.4"}}',
    "composer.lock": '{"packages": [{\n    "name": "cboden/ratchet",\n    "version": "v0.4.4",\n    "source": {}\n}]}',
}
REVERB = """<?php
return [
    'servers' => ['reverb' => [
        'host' => env('REVERB_SERVER_HOST', '0.0.0.0'),
        'port' => env('REVERB_SERVER_PORT', 8080),
        'path' => env('REVERB_SERVER_PATH', ''),
        'scaling' => [
            'enabled' => env('REVERB_SCALING_ENABLED', false),
        ],
    ]],
    'apps' => ['provider' => 'config', 'apps' => [[
        'allowed_origins' => ['*'],
        'ping_interval' => env('REVERB_APP_PING_INTERVAL', 60),
        'activity_timeout' => env('REVERB_APP_ACTIVITY_TIMEOUT', 30),
        'max_message_size' => env('REVERB_APP_MAX_MESSAGE_SIZE', 10_000),
    ]]],
];
"""
LARAVEL = {
    "composer.json": '{"name": "laravel/laravel", "require": {"laravel/framework": "^12.0", "laravel/reverb": "^1.0"}}',
    "composer.lock": '{"packages": [{"name": "laravel/reverb", "version": "v1.5.1"}]}'.replace(', "v', ',\n        "v'),
    "config/reverb.php": REVERB,
}
"""What ``php artisan install:broadcasting`` writes: Reverb is there, and nothing is broadcast."""
EVENT = "<?php\nnamespace App\\Events;\n\nclass Said implements ShouldBroadcast\n{\n}\n"


def found(files: Mapping[str, str]) -> Found:
    """Everything the PHP side says about these files."""
    tree = Tree.of(files, reader.words())
    return reader.detect(tree, find(tree))


def uses(files: Mapping[str, str], role: str = "") -> tuple[Use, ...]:
    """The uses in these files, or those of one role."""
    return tuple(use for use in found(files).uses if role in ("", use.role))


def reverb(files: Mapping[str, str]) -> Use:
    """The one server of a Laravel app that broadcasts something, with these files more."""
    (server,) = uses({**LARAVEL, "app/Events/Said.php": EVENT, **files}, "server")
    return server
