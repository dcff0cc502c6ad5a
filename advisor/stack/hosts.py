"""A host name -> whether it is somebody else's service, so that its client says nothing about the user's own sockets."""

from __future__ import annotations

import ipaddress
import re

FOREIGN = frozenset(
    (
        "ably.io ably.net agora.io aisstream.io alchemy.com alchemyapi.io alpaca.markets amazonaws.com.cn ankr.com "
        "anthropic.com assemblyai.com binance.com binance.us bitfinex.com bitmex.com bitstamp.net blitzortung.org "
        "blockchain.info bsky.app bsky.network bybit.com chainstack.com coinbase.com coincap.io convex.cloud "
        "cryptocompare.com daily.co damus.io deepgram.com deribit.com discord.com discord.gg dydx.exchange "
        "elevenlabs.io finnhub.io firebasedatabase.app firebaseio.com gate.io gateway.discord.gg gemini.com "
        "getstream.io gladia.io googleapis.com helius-rpc.com home-assistant.io hume.ai huobi.pro hyperliquid.xyz "
        "iexcloud.io infura.io kick.com kraken.com kucoin.com liveblocks.io livekit.cloud llamarpc.com mastodon.social "
        "mempool.space netatmo.net nos.lol nostr.band okex.com okx.com openai.com opensky-network.org partykit.dev "
        "piesocket.com pndsn.com polkadot.io polygon.io postman-echo.com publicnode.com pubnub.com pusher.com "
        "pusherapp.com quicknode.com quiknode.pro reddit.com rev.ai ripple.com sendbird.com slack.com socketsbay.com "
        "solana.com speech.microsoft.com speechmatics.com stream-io-api.com stt.speech.microsoft.com supabase.co "
        "supabase.com tastyworks.com telegram.org tibber.com tiingo.com tradingview.com twelvedata.com twilio.com "
        "twitch.tv twitter.com websocket.org wikimedia.org x.com xrplcluster.com"
    ).split()
)
"""Domains of public feeds and services that speak WebSocket to their customers; their subdomains are meant as well."""

_KEYED = re.compile(r"[?&](?:api_?key|apikey|appid|access_key)=", re.IGNORECASE)


def is_local(host: str | None) -> bool:
    """True for this machine, private networks and names without a dot."""
    if host is None:
        return False
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or ("." not in host and ":" not in host):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private or address.is_loopback or address.is_unspecified


def is_foreign(host: str | None, text: str = "") -> bool:
    """True for a known public service, and where the URL hands over an API key of somebody's service."""
    if host is None or is_local(host):
        return False
    labels = host.split(".")
    known = any(".".join(labels[start:]) in FOREIGN for start in range(len(labels) - 1))
    return known or bool(_KEYED.search(text))
