"""Little Rails and Ruby repositories in memory, and what the Ruby side finds in them."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.model import Use
from advisor.stack.apps import Found, find
from advisor.stack.ruby import reader
from advisor.tree import Tree

GEMFILE = 'source "https://gems.example"\ngem "rails", "~> 8.0"\ngem "puma"\n'
CHANNEL = 'class RoomChannel < ApplicationCable::Channel\n  def subscribed\n    stream_from "room"\n  end\nend\n'
RAILS = {
    "Gemfile": GEMFILE,
    "Gemfile.lock": "GEM\n  specs:\n    rails (8.0.2)\n    redis (5.4.0)\n",
    "config/application.rb": 'require "rails/all"\nmodule Chat\n  class Application < Rails::Application\n  end\nend\n',
    "app/channels/application_cable/channel.rb": "module ApplicationCable\n"
    "  class Channel < ActionCable::Channel::Base\n  end\nend\n",
    "app/channels/application_cable/connection.rb": "module ApplicationCable\n"
    "  class Connection < ActionCable::Connection::Base\n  end\nend\n",
}
"""What ``rails new`` writes: Action Cable is there, and nothing uses it."""


def found(files: Mapping[str, str]) -> Found:
    """Everything the Ruby side says about these files."""
    tree = Tree.of(files, reader.words())
    return reader.detect(tree, find(tree))


def uses(files: Mapping[str, str], role: str = "") -> tuple[Use, ...]:
    """The uses in these files, or those of one role."""
    return tuple(use for use in found(files).uses if role in ("", use.role))


def cable(files: Mapping[str, str], channel: str = CHANNEL) -> Use:
    """The one server of a Rails app with a channel and these files more."""
    (server,) = uses({**RAILS, "app/channels/room_channel.rb": channel, **files}, "server")
    return server
