import 'package:web_socket_channel/web_socket_channel.dart';

const socketUrl = String.fromEnvironment('SOCKET_URL', defaultValue: 'ws://localhost:8080/ws');

class Live {
  late final WebSocketChannel channel;

  void open() {
    channel = WebSocketChannel.connect(Uri.parse(socketUrl));
    channel.stream.listen((message) => print(message));
  }
}
