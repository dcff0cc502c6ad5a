import { io } from "socket.io-client";

const MAX_FILE_SIZE = 5 * 1024 * 1024;
const socket = io("/");

export function share(file) {
  if (file.size > MAX_FILE_SIZE) return alert("too large");
  const reader = new FileReader();
  reader.onload = () => socket.emit("photo", reader.result);
  reader.readAsArrayBuffer(file);
}
