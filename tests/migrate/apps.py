"""Small apps that the plans of these tests move: as mappings from path to text."""

from __future__ import annotations

from datetime import date

from advisor.advise import words
from advisor.options import Options
from advisor.tree import Tree

DAY = date(2026, 11, 25)

NODE = {
    "package.json": '{"name": "board", "scripts": {"start": "node server.js"}, "dependencies": {"ws": "^8.18.0"}}',
    "server.js": """\
const { createServer } = require('http');
const { WebSocketServer } = require('ws');

const server = createServer((request, response) => response.end('ok'));
const wss = new WebSocketServer({ server, path: '/ws' });

wss.on('connection', (socket) => {
  socket.isAlive = true;
  socket.on('pong', () => { socket.isAlive = true; });
  socket.on('message', (text) => socket.send(text));
});

setInterval(() => {
  wss.clients.forEach((socket) => {
    if (!socket.isAlive) return socket.terminate();
    socket.isAlive = false;
    socket.ping();
  });
}, 25000);

server.listen(process.env.PORT || 4000);
""",
}

FASTAPI = {
    "requirements.txt": "fastapi==0.115.0\nuvicorn[standard]==0.32.0\n",
    "app/main.py": """\
from fastapi import FastAPI, WebSocket

app = FastAPI()


@app.websocket("/ws/{room}")
async def room(socket: WebSocket, room: str):
    await socket.accept()
    while True:
        await socket.send_text(await socket.receive_text())
""",
}

ROOMS = {
    "package.json": '{"name": "rooms", "scripts": {"start": "node server.js"}, "dependencies": {"socket.io": "^4.8.1"}}',
    "Dockerfile": 'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "server.js"]\n',
    "Procfile": "web: node server.js\n",
    "server.js": """\
const { createServer } = require('http');
const { Server } = require('socket.io');

const server = createServer((request, response) => response.end('ok'));
const io = new Server(server);

io.on('connection', (socket) => {
  socket.on('message', (room, text) => io.to(room).emit('message', text));
});

server.listen(3000);
""",
}

HANDLERS = {
    "template.yaml": """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Name: chat
      ProtocolType: WEBSOCKET
      RouteSelectionExpression: $request.body.action
  Connect:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: $connect, Target: !Sub "integrations/${I}"}
  I:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !Sub "arn:aws:apigateway:x:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
  F:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src/, Handler: app.handler, Runtime: nodejs22.x}
""",
    "src/package.json": '{"name": "chat", "dependencies": {"@aws-sdk/client-apigatewaymanagementapi": "^3"}}',
    "src/app.js": """\
const { ApiGatewayManagementApiClient, PostToConnectionCommand } = require("@aws-sdk/client-apigatewaymanagementapi");
exports.handler = async (event) => {
  const { connectionId, routeKey, domainName, stage } = event.requestContext;
  if (routeKey === "$connect") return { statusCode: 200 };
  const api = new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` });
  await api.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: event.body }));
  return { statusCode: 200 };
};
""",
}


def tree(files: dict[str, str]) -> Tree:
    """A tree in memory, searched like a real one."""
    return Tree.of(files, words())


def options(**assume: str) -> Options:
    return Options(as_of=DAY, assume=assume)
