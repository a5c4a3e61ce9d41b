package io.slipway.e2e.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands in for a load balancer: each connection goes to the next instance that takes it. */
final class RoundRobin implements AutoCloseable {
  private final ServerSocket door;
  private final int[] ports;
  private final AtomicInteger next = new AtomicInteger();

  private RoundRobin(ServerSocket door, int... ports) {
    this.door = door;
    this.ports = ports;
  }

  static RoundRobin to(int... ports) throws IOException {
    RoundRobin proxy =
        new RoundRobin(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), ports);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  String url() {
    return "http://127.0.0.1:" + door.getLocalPort();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Thread.ofVirtual().start(() -> join(client));
      } catch (IOException closed) {
        // The loop sees it.
      }
    }
  }

  private void join(Socket client) {
    for (int attempt = 0; attempt < ports.length; attempt++) {
      int port = ports[Math.floorMod(next.getAndIncrement(), ports.length)];
      try {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        Thread.ofVirtual().start(() -> pump(client, server));
        Thread.ofVirtual().start(() -> pump(server, client));
        return;
      } catch (IOException away) {
        // The next one.
      }
    }
    close(client);
  }

  private static void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException broken) {
      // Both ends are closed.
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException ignored) {
      // It is closed as far as it can be.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
