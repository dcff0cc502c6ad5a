const http = require("http");
const sockjs = require("sockjs");

const server = http.createServer((request, response) => response.end("ok"));
const echo = sockjs.createServer({ prefix: "/echo" });
echo.on("connection", (connection) => connection.on("data", (text) => connection.write(text)));
echo.installHandlers(server);
server.listen(process.env.PORT || 8080);
