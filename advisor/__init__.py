"""wsadvise: what each hop between the browser and the app does to a WebSocket."""

__version__ = "0.1.0"
