import { Client } from "@stomp/stompjs";

const scheme = location.protocol === "https:" ? "wss" : "ws";
const client = new Client({ brokerURL: `${scheme}://${location.host}/board` });
client.onConnect = () => client.subscribe("/topic/notes", (note) => document.body.append(note.body));
client.activate();
