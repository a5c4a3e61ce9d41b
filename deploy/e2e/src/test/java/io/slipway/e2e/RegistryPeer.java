package io.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A client of one registry that keeps no content: what it pushes is made while it is sent, and what
 * it pulls is compared with its digest while it arrives. It logs in anew for each image, as the
 * programs of many users do.
 */
public final class RegistryPeer {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final HttpClient http;
  private final String server;
  private final String logIn;

  /**
   * The administrator as a client of a registry.
   *
   * @param name of the registry; it is made if it is not there
   */
  public RegistryPeer(Platform platform, String name) {
    Map<String, String> environment = platform.environment();
    ObjectNode registry = Api.JSON.createObjectNode().put("location", "local");
    registry.putObject("sku").put("name", "Basic");
    Api api = new Api(environment, name);
    api.call("PUT", "", registry).succeeded();
    this.http = new Services(platform).registryClient();
    this.server = api.loginServer();
    String pair =
        environment.get("SLIPWAY_CLIENT_ID") + ":" + environment.get("SLIPWAY_CLIENT_SECRET");
    this.logIn =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /** Something that was pushed: its digest, and how many bytes it has. */
  public record Content(String digest, long size) {}

  /** Pushes an image whose layers are noise of these sizes; answers its layers. */
  public List<Content> push(String repository, String tag, long... sizes) {
    String token = token(repository);
    List<Content> layers =
        LongStream.of(sizes).mapToObj(size -> upload(repository, token, new Noise(size))).toList();
    Content config = upload(repository, token, new Noise(1_000));
    ObjectNode manifest =
        Api.JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", MANIFEST);
    describe(manifest.putObject("config"), config);
    layers.forEach(layer -> describe(manifest.withArray("layers").addObject(), layer));
    send(
        token,
        request("/v2/" + repository + "/manifests/" + tag)
            .header("Content-Type", MANIFEST)
            .PUT(BodyPublishers.ofString(manifest.toString())),
        201);
    return layers;
  }

  private static void describe(ObjectNode entry, Content content) {
    entry
        .put("mediaType", "application/octet-stream")
        .put("digest", content.digest())
        .put("size", content.size());
  }

  /** One request of unknown length, as skopeo and buildah send a layer. */
  private Content upload(String repository, String token, Noise noise) {
    URI upload =
        URI.create("https://" + server)
            .resolve(
                send(token, request("/v2/" + repository + "/blobs/uploads/").POST(none()), 202)
                    .headers()
                    .firstValue("Location")
                    .orElseThrow());
    DigestInputStream read = new DigestInputStream(noise, sha256());
    send(
        token,
        HttpRequest.newBuilder(upload).method("PATCH", BodyPublishers.ofInputStream(() -> read)),
        202);
    String digest = "sha256:" + HexFormat.of().formatHex(read.getMessageDigest().digest());
    send(token, HttpRequest.newBuilder(URI.create(upload + "?digest=" + digest)).PUT(none()), 201);
    return new Content(digest, noise.size());
  }

  /** Pulls an image and compares all that it names; answers how many bytes that was. */
  public long pull(String repository, String tag) {
    String token = token(repository);
    String path = "/v2/" + repository;
    JsonNode manifest =
        read(
            send(token, request(path + "/manifests/" + tag).header("Accept", MANIFEST), 200)
                .body());
    long bytes = 0;
    for (JsonNode named : all(manifest)) {
      Content content = new Content(named.get("digest").asText(), named.get("size").asLong());
      HttpResponse<InputStream> blob =
          send(token, request(path + "/blobs/" + content.digest()), 200);
      if (!content.equals(digest(blob.body()))) {
        throw new AssertionError("not what was pushed: " + content);
      }
      bytes += content.size();
    }
    return bytes;
  }

  private static List<JsonNode> all(JsonNode manifest) {
    List<JsonNode> named = new ArrayList<>(List.of(manifest.get("config")));
    manifest.get("layers").forEach(named::add);
    return named;
  }

  private static Content digest(InputStream body) {
    MessageDigest digest = sha256();
    long size = 0;
    byte[] buffer = new byte[1 << 16];
    try (body) {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        digest.update(buffer, 0, read);
        size += read;
      }
    } catch (IOException broken) {
      throw new UncheckedIOException("after " + size + " bytes", broken);
    }
    return new Content("sha256:" + HexFormat.of().formatHex(digest.digest()), size);
  }

  private static JsonNode read(InputStream body) {
    try (body) {
      return Api.JSON.readTree(body);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private String token(String repository) {
    String query = "?service=%s&scope=repository:%s:pull,push".formatted(server, repository);
    HttpRequest.Builder ask = request("/oauth2/token" + query).header("Authorization", logIn);
    return read(send(ask, 200).body()).get("access_token").asText();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://" + server + path));
  }

  private static BodyPublisher none() {
    return BodyPublishers.noBody();
  }

  private HttpResponse<InputStream> send(String token, HttpRequest.Builder request, int expected) {
    return send(request.header("Authorization", "Bearer " + token), expected);
  }

  private HttpResponse<InputStream> send(HttpRequest.Builder request, int expected) {
    HttpRequest made = request.timeout(LIMIT).build();
    try {
      HttpResponse<InputStream> answer = http.send(made, BodyHandlers.ofInputStream());
      if (answer.statusCode() != expected) {
        throw new AssertionError(
            "%s: %d %s".formatted(made, answer.statusCode(), read(answer.body())));
      }
      return answer;
    } catch (IOException broken) {
      throw new UncheckedIOException(made.toString(), broken);
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted", interrupted);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
