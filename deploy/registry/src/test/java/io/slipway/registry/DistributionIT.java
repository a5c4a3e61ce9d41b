package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The distribution specification, call by call. */
@QuarkusTest
@QuarkusTestResource(OpenRegistryResource.class)
class DistributionIT {
  private static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  private final HttpClient http = HttpClient.newHttpClient();

  private HttpResponse<String> call(String method, String path, String body, String... headers)
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

  private static String digest(String content) throws Exception {
    return "sha256:"
        + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes()));
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private String pushBlob(String repository, String content) throws Exception {
    String digest = digest(content);
    assertThat(
            call("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content)
                .statusCode())
        .isEqualTo(201);
    return digest;
  }

  private String pushManifest(String repository, String reference, String content)
      throws Exception {
    HttpResponse<String> put =
        call("PUT", "/v2/" + repository + "/manifests/" + reference, content, "Content-Type", OCI);
    assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
    assertThat(header(put, "Docker-Content-Digest")).isEqualTo(digest(content));
    return digest(content);
  }

  private static String manifest(String config, String layer) {
    return """
    {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":5}]}\
    """
        .formatted(OCI, config, layer);
  }

  @Test
  void shouldKeepAnImageByteForByte() throws Exception {
    String config = pushBlob("keep/image", "{}");
    String layer = pushBlob("keep/image", "layer");
    String content = manifest(config, layer);
    String digest = pushManifest("keep/image", "v1", content);

    HttpResponse<String> byTag = call("GET", "/v2/keep/image/manifests/v1", null);
    assertThat(byTag.body()).isEqualTo(content);
    assertThat(header(byTag, "Content-Type")).isEqualTo(OCI);
    assertThat(call("GET", "/v2/keep/image/manifests/" + digest, null).body()).isEqualTo(content);
    assertThat(call("HEAD", "/v2/keep/image/manifests/v1", null).statusCode()).isEqualTo(200);
    assertThat(call("GET", "/v2/keep/image/blobs/" + layer, null).body()).isEqualTo("layer");
    assertThat(call("GET", "/v2/keep/image/tags/list", null).body()).contains("\"v1\"");
    assertThat(call("GET", "/v2/_catalog", null).body()).contains("keep/image");
    assertThat(call("GET", "/acr/v1/keep/image/_tags", null).body()).contains(digest);
  }

  @Test
  void shouldTakeChunksInOrderOnly() throws Exception {
    String location = header(call("POST", "/v2/chunks/x/blobs/uploads/", null), "Location");
    HttpResponse<String> first = call("PATCH", location, "abc", "Content-Range", "0-2");
    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(header(first, "Range")).isEqualTo("0-2");

    assertThat(call("PATCH", location, "ghi", "Content-Range", "6-8").statusCode()).isEqualTo(416);
    HttpResponse<String> status = call("GET", location, null);
    assertThat(status.statusCode()).isEqualTo(204);
    assertThat(header(status, "Range")).isEqualTo("0-2");
    assertThat(call("PATCH", location, "def", "Content-Range", "3-5").statusCode()).isEqualTo(202);
    assertThat(call("PUT", location + "?digest=" + digest("abcdef"), "").statusCode())
        .isEqualTo(201);
    assertThat(call("GET", location, null).statusCode()).isEqualTo(404);
  }

  @Test
  void rejectsABlobThatIsNotItsDigest() throws Exception {
    HttpResponse<String> put =
        call("POST", "/v2/lie/x/blobs/uploads/?digest=" + digest("truth"), "lie");

    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(put.body()).contains("DIGEST_INVALID");
    assertThat(call("HEAD", "/v2/lie/x/blobs/" + digest("truth"), null).statusCode())
        .isEqualTo(404);
  }

  @Test
  void shouldServeRanges() throws Exception {
    String blob = pushBlob("range/x", "0123456789");

    HttpResponse<String> part =
        call("GET", "/v2/range/x/blobs/" + blob, null, "Range", "bytes=2-4");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("234");
    assertThat(header(part, "Content-Range")).isEqualTo("bytes 2-4/10");
    assertThat(call("GET", "/v2/range/x/blobs/" + blob, null, "Range", "bytes=10-").statusCode())
        .isEqualTo(416);
  }

  @Test
  void shouldKeepBlobsOfOtherRepositoriesAway() throws Exception {
    String blob = pushBlob("mine/x", "only mine");

    assertThat(call("GET", "/v2/other/x/blobs/" + blob, null).statusCode()).isEqualTo(404);
    HttpResponse<String> mount =
        call("POST", "/v2/other/x/blobs/uploads/?mount=" + blob + "&from=mine/x", null);
    assertThat(mount.statusCode()).isEqualTo(201);
    assertThat(call("GET", "/v2/other/x/blobs/" + blob, null).body()).isEqualTo("only mine");
    assertThat(
            call(
                    "POST",
                    "/v2/other/x/blobs/uploads/?mount=" + digest("none") + "&from=mine/x",
                    null)
                .statusCode())
        .isEqualTo(202);
  }

  @Test
  void shouldListReferrersOfAType() throws Exception {
    String config = pushBlob("ref/x", "{}");
    String layer = pushBlob("ref/x", "layer");
    String subject = pushManifest("ref/x", "v1", manifest(config, layer));
    String referrer =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"test/sbom","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},"layers":[],"subject":{"mediaType":"%s","digest":"%s","size":1}}\
        """
            .formatted(OCI, config, OCI, subject);
    HttpResponse<String> put =
        call("PUT", "/v2/ref/x/manifests/" + digest(referrer), referrer, "Content-Type", OCI);
    assertThat(header(put, "OCI-Subject")).isEqualTo(subject);

    HttpResponse<String> some =
        call("GET", "/v2/ref/x/referrers/" + subject + "?artifactType=test/sbom", null);
    assertThat(some.body()).contains(digest(referrer));
    assertThat(header(some, "OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(call("GET", "/v2/ref/x/referrers/" + subject + "?artifactType=no/such", null).body())
        .contains("\"manifests\":[]");
    assertThat(call("GET", "/v2/ref/x/referrers/" + digest("nothing"), null).statusCode())
        .isEqualTo(200);
  }

  @Test
  void shouldDeleteTagsAndManifests() throws Exception {
    String config = pushBlob("del/x", "{}");
    String layer = pushBlob("del/x", "layer");
    String digest = pushManifest("del/x", "v1", manifest(config, layer));
    pushManifest("del/x", "v2", manifest(config, layer));

    assertThat(call("DELETE", "/v2/del/x/manifests/v1", null).statusCode()).isEqualTo(202);
    assertThat(call("GET", "/v2/del/x/manifests/v1", null).statusCode()).isEqualTo(404);
    assertThat(call("GET", "/v2/del/x/manifests/v2", null).statusCode()).isEqualTo(200);
    assertThat(call("DELETE", "/v2/del/x/manifests/" + digest, null).statusCode()).isEqualTo(202);
    assertThat(call("GET", "/v2/del/x/manifests/v2", null).statusCode()).isEqualTo(404);
    assertThat(call("DELETE", "/v2/del/x/blobs/" + layer, null).statusCode()).isEqualTo(202);
    assertThat(call("GET", "/v2/del/x/blobs/" + layer, null).statusCode()).isEqualTo(404);
  }

  @Test
  void rejectsManifestsThatNameWhatIsNotThere() throws Exception {
    HttpResponse<String> put =
        call(
            "PUT",
            "/v2/hole/x/manifests/v1",
            manifest(digest("a"), digest("b")),
            "Content-Type",
            OCI);

    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(put.body()).contains("MANIFEST_BLOB_UNKNOWN");
    assertThat(call("PUT", "/v2/hole/x/manifests/v1", "no json", "Content-Type", OCI).body())
        .contains("MANIFEST_INVALID");
  }

  @Test
  void shouldPageTags() throws Exception {
    String config = pushBlob("page/x", "{}");
    String layer = pushBlob("page/x", "layer");
    for (String tag : new String[] {"c", "a", "d", "b"}) {
      pushManifest("page/x", tag, manifest(config, layer));
    }

    HttpResponse<String> first = call("GET", "/v2/page/x/tags/list?n=2", null);
    assertThat(first.body()).contains("[\"a\",\"b\"]");
    assertThat(header(first, "Link")).contains("last=b").contains("rel=\"next\"");
    assertThat(call("GET", "/v2/page/x/tags/list?n=2&last=b", null).body())
        .contains("[\"c\",\"d\"]");
    assertThat(call("GET", "/v2/page/x/tags/list?n=0", null).body()).contains("[]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/UPPER/manifests/x",
        "/v2/a/../b/manifests/x",
        "/v2/a%2f..%2fb/manifests/x",
        "/v2/_tags/blobs/sha256:0",
        "/v2/a//b/tags/list"
      })
  void rejectsNamesThatAreNone(String path) throws Exception {
    HttpResponse<String> answer = call("GET", path, null);

    assertThat(answer.statusCode()).isIn(400, 404);
    assertThat(answer.body()).contains("\"errors\"");
  }
}
