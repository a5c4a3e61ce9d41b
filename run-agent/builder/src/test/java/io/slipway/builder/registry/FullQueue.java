package io.slipway.builder.registry;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Connections to a server that accepts none, so many that the kernel answers no further one. */
final class FullQueue implements AutoCloseable {
  private static final int MOST = 100;
  private static final int PATIENCE = 500;

  private final ServerSocket server;
  private final List<Socket> waiting = new ArrayList<>();

  private FullQueue(ServerSocket server) {
    this.server = server;
  }

  static FullQueue of(ServerSocket server) throws IOException {
    FullQueue queue = new FullQueue(server);
    for (int i = 0; i < MOST; i++) {
      Socket socket = new Socket();
      queue.waiting.add(socket);
      try {
        socket.connect(server.getLocalSocketAddress(), PATIENCE);
      } catch (SocketTimeoutException full) {
        return queue;
      }
    }
    queue.close();
    throw new IOException("the kernel takes more than " + MOST + " connections");
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : waiting) {
      socket.close();
    }
  }
}
