#!/usr/bin/env node
const WebSocket = require("ws");

for (let i = 0; i < 1000; i++) new WebSocket("wss://chat.example.com/ws").on("error", console.error);
