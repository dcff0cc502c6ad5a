const text = "wsadvise: ignore[WS602]";
