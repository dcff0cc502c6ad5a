import 'dart:async';
import 'dart:math';

import 'package:web_socket_channel/web_socket_channel.dart';

const socketUrl = String.fromEnvironment('SOCKET_URL', defaultValue: 'ws://localhost:8080/ws');

class Live {
  late WebSocketChannel channel;
  int attempts = 0;

  void open() {
    channel = WebSocketChannel.connect(Uri.parse(socketUrl));
    channel.stream.listen((message) => attempts = 0, onDone: again);
  }

  void again() {
    final most = min(30000, 1000 << min(attempts++, 5));
    Timer(Duration(milliseconds: most ~/ 2 + Random().nextInt(most ~/ 2)), open);
  }
}
