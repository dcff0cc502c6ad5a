import 'dart:async';

import 'package:flutter/foundation.dart';
import 'package:web_socket_channel/web_socket_channel.dart';

const socketUrl = kDebugMode ? 'ws://10.0.2.2:8080/ws' : 'wss://board.example.org/ws';

class Live {
  WebSocketChannel? _channel;

  void connect() {
    _channel = WebSocketChannel.connect(Uri.parse(socketUrl));
    _channel!.stream.listen((message) {}, onDone: () {
      Timer(const Duration(seconds: 3), connect);
    });
  }
}
