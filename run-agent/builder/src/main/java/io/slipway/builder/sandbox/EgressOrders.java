package io.slipway.builder.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Orders to slirp4netns, one connection for each.
 *
 * @see <a
 *     href="https://github.com/rootless-containers/slirp4netns/blob/master/slirp4netns.1.md">its
 *     API socket</a>
 */
final class EgressOrders {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path socket;

  EgressOrders(Path socket) {
    this.socket = socket;
  }

  long publish(String protocol, int hostPort, String address, int port) throws IOException {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    arguments.put("proto", protocol);
    arguments.put("host_addr", "127.0.0.1").put("host_port", hostPort);
    arguments.put("guest_addr", address).put("guest_port", port);
    return order("add_hostfwd", arguments, "it is taken").path("return").path("id").asLong();
  }

  void unpublish(long number) throws IOException {
    order(
        "remove_hostfwd",
        JsonNodeFactory.instance.objectNode().put("id", number),
        "it is not published");
  }

  private JsonNode order(String name, ObjectNode arguments, String meaning) throws IOException {
    ObjectNode order = JsonNodeFactory.instance.objectNode();
    order.put("execute", name).set("arguments", arguments);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer bytes = ByteBuffer.wrap(order.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.shutdownOutput();
      JsonNode answer = MAPPER.readTree(Channels.newInputStream(channel).readAllBytes());
      if (answer.has("error")) {
        String said = answer.path("error").path("desc").asText();
        throw new IOException(said.contains("hostfwd failed") ? meaning : said);
      }
      return answer;
    }
  }

  /** Takes its socket away. */
  void forget() {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException left) {
      // It lies in a scratch folder, which is emptied when the engine is opened next.
    }
  }
}
