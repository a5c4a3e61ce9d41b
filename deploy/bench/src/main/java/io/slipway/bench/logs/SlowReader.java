package io.slipway.bench.logs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A reader that asks for a log and then takes nothing of it. */
final class SlowReader implements AutoCloseable {
  private static final int SMALL = 4096;

  private final Socket socket;

  SlowReader(int port, byte[] request) throws IOException {
    socket = new Socket();
    // What it does not take fills its own buffers soon, and then the server's.
    socket.setReceiveBufferSize(SMALL);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.getOutputStream().write(request);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
