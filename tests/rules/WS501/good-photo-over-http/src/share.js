import { io } from "socket.io-client";

const MAX_FILE_SIZE = 5 * 1024 * 1024;
const socket = io("/");

export function share(file) {
  if (file.size > MAX_FILE_SIZE) return alert("too large");
  const reader = new FileReader();
  reader.onload = async () => {
    const { id } = await (await fetch("/photos", { method: "POST", body: reader.result })).json();
    socket.emit("photo", id);
  };
  reader.readAsArrayBuffer(file);
}
