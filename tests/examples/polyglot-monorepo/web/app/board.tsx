"use client";

import ReconnectingWebSocket from "reconnecting-websocket";
import { useEffect } from "react";

export function Board() {
  useEffect(() => {
    const feed = new ReconnectingWebSocket(`wss://${location.host}/feed`);
    const notify = new ReconnectingWebSocket(`wss://${location.host}/notify`);
    return () => {
      feed.close();
      notify.close();
    };
  }, []);
  return null;
}
