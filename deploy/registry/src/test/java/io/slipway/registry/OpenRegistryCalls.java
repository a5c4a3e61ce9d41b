package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.HexFormat;

/** What the tests ask the registry that {@link OpenRegistryResource} started. */
abstract class OpenRegistryCalls {
  static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  private final HttpClient http = HttpClient.newHttpClient();

  HttpResponse<String> call(String method, String path, String body, String... headers)
      throws Exception {
    String address =
        path.startsWith("http") ? path : "http://127.0.0.1:" + OpenRegistryResource.port + path;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A body whose length is not said before. */
  HttpResponse<String> stream(String method, String path, byte[] body, String... headers)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + OpenRegistryResource.port + path))
            .method(method, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .headers(headers)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  static String digest(String content) throws Exception {
    return "sha256:"
        + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes()));
  }

  static String sha512(String content) throws Exception {
    return "sha512:"
        + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(content.getBytes()));
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  String pushBlob(String repository, String content) throws Exception {
    String digest = digest(content);
    assertThat(
            call("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content)
                .statusCode())
        .isEqualTo(201);
    return digest;
  }

  String pushManifest(String repository, String reference, String content) throws Exception {
    HttpResponse<String> put =
        call("PUT", "/v2/" + repository + "/manifests/" + reference, content, "Content-Type", OCI);
    assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
    assertThat(header(put, "Docker-Content-Digest")).isEqualTo(digest(content));
    return digest(content);
  }

  static String manifest(String config, String layer) {
    return """
    {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":5}]}\
    """
        .formatted(OCI, config, layer);
  }
}
