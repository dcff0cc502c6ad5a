import { Socket } from "phoenix"

const socket = new Socket("/socket", { heartbeatIntervalMs: 60000 })
socket.connect()
