<?php

use Acme\Board\Board;
use Ratchet\Http\HttpServer;
use Ratchet\Server\IoServer;
use Ratchet\WebSocket\WsServer;

require dirname(__DIR__) . '/vendor/autoload.php';

$sockets = new WsServer(new Board());
$server = IoServer::factory(new HttpServer($sockets), 8080, '127.0.0.1');
$server->run();
