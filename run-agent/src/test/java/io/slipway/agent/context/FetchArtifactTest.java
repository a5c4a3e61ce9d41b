package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.builder.Builder;
import io.slipway.builder.RegistryOptions;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are an artifact of a registry. */
class FetchArtifactTest {
  @TempDir private Path folder;
  private ContextBench bench;

  @BeforeEach
  void start() throws Exception {
    bench = new ContextBench(folder);
  }

  @AfterEach
  void stop() {
    bench.close();
  }

  private FetchedContext fetch(String address) throws Exception {
    return bench
        .fetcher(ContextBench.LIMITS, true)
        .fetch(address, bench.workspace, "build-1", bench.access());
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Test
  void shouldPullTheFilesOfAnArtifact() throws Exception {
    byte[] tar = UnpackArchiveTest.tar(t -> t.folder("src").file("src/main.c", "int main;"));
    HttpServer registry =
        registry(
            layer("text".getBytes(StandardCharsets.UTF_8), "docs/readme.md", false),
            layer(UnpackArchiveTest.packed(tar, "gz"), "src", true));

    FetchedContext context = artifact(registry);

    assertThat(context.folder().resolve("docs/readme.md")).hasContent("text");
    assertThat(context.folder().resolve("src/main.c")).hasContent("int main;");
  }

  @Test
  void rejectsArtifactsWithoutFilesOrWithNamesThatLeadOut() throws Exception {
    byte[] content = {1};
    assertThatThrownBy(() -> artifact(registry(new Layer(content, "", false))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("has no files");
    assertThatThrownBy(() -> artifact(registry(layer(content, "../../evil", false))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'../../evil'");
    assertThat(folder.resolve("runs/evil")).doesNotExist();
    assertThatThrownBy(() -> fetch("oci://not a name"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("not a valid image name");
  }

  private record Layer(byte[] content, String title, boolean unpack) {}

  private static Layer layer(byte[] content, String title, boolean unpack) {
    return new Layer(content, title, unpack);
  }

  /** A registry with one artifact. */
  private HttpServer registry(Layer... layers) throws Exception {
    ObjectMapper json = new ObjectMapper();
    Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    ObjectNode manifest =
        json.createObjectNode()
            .put("schemaVersion", 2)
            .put("mediaType", "application/vnd.oci.image.manifest.v1+json");
    byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
    manifest
        .putObject("config")
        .put("mediaType", "application/vnd.oci.empty.v1+json")
        .put("digest", digest(empty))
        .put("size", empty.length);
    manifest.putArray("layers");
    for (Layer layer : layers) {
      ObjectNode entry = manifest.withArray("layers").addObject();
      entry.put("mediaType", "application/vnd.oci.image.layer.v1.tar");
      entry.put("digest", digest(layer.content())).put("size", layer.content().length);
      if (!layer.title().isEmpty()) {
        entry
            .putObject("annotations")
            .put("org.opencontainers.image.title", layer.title())
            .put("io.deis.oras.content.unpack", String.valueOf(layer.unpack()));
      }
      blobs.put(digest(layer.content()), layer.content());
    }
    byte[] bytes = json.writeValueAsBytes(manifest);
    return bench.serve(exchange -> {
      String path = exchange.getRequestURI().getPath();
      byte[] blob = blobs.get(path.substring(path.lastIndexOf('/') + 1));
      if (path.contains("/manifests/")) {
        exchange
            .getResponseHeaders()
            .add("Content-Type", "application/vnd.oci.image.manifest.v1+json");
        send(exchange, 200, bytes);
      } else if (blob != null) {
        send(exchange, 200, blob);
      } else {
        send(exchange, path.equals("/v2/") ? 200 : 404, new byte[0]);
      }
    });
  }

  private static String digest(byte[] content) throws Exception {
    return "sha256:"
        + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private FetchedContext artifact(HttpServer registry) throws Exception {
    String host = "127.0.0.1:" + registry.getAddress().getPort();
    ContextAccess access =
        new ContextAccess(
            bench.workspace,
            bench.log,
            Builder.load()
                .connect(RegistryOptions.plain(host))
                .access((server, scopes) -> Optional.empty()),
            () -> "",
            bench.programs,
            null,
            null,
            null);
    return bench
        .fetcher(ContextBench.LIMITS, true)
        .fetch("oci://" + host + "/src/app:1", bench.workspace, "oci", access);
  }
}
