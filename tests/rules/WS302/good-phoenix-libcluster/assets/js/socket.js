import { Socket } from "phoenix"

const socket = new Socket("/socket", { heartbeatIntervalMs: 30000 })
socket.connect()
