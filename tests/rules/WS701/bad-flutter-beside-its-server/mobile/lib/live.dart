import 'package:web_socket_channel/web_socket_channel.dart';

class Live {
  late final WebSocketChannel channel;

  void open() {
    channel = WebSocketChannel.connect(Uri.parse('wss://board.example.org/ws'));
    channel.stream.listen((message) => print(message));
  }
}
