import * as readline from "readline";

const socket = new WebSocket("ws://localhost:8080/ws");
const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });

terminal.on("line", (line) => socket.send(line));
socket.onmessage = (event) => console.log(event.data);
socket.onclose = () => process.exit();
