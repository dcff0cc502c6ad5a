const ws = new WebSocket("ws://" + window.location.host + "/ws");
ws.onopen = () => assert.ok(true);
