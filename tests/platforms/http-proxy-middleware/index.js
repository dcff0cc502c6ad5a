const express = require("express");
const { createProxyMiddleware } = require("http-proxy-middleware");

const app = express();
const sockets = createProxyMiddleware({ target: process.env.BACKEND, changeOrigin: true, ws: true, pathFilter: "/ws" });

app.use(sockets);
app.use(express.static("public"));

const server = app.listen(process.env.PORT || 3000);
server.on("upgrade", sockets.upgrade);
