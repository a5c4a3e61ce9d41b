package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.registry.http.LoginServers;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The corners of the distribution specification that clients and its test suite look into. */
@QuarkusTest
@QuarkusTestResource(OpenRegistryResource.class)
class SpecificationIT extends OpenRegistryCalls {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  @Inject LoginServers servers;
  @Inject RegistryConfig config;

  @Test
  void shouldKeepContentBySha512() throws Exception {
    String blob = sha512("layer");
    String location = header(call("POST", "/v2/long/x/blobs/uploads/", null), "Location");
    assertThat(call("PATCH", location, "layer").statusCode()).isEqualTo(202);
    HttpResponse<String> put = call("PUT", location + "?digest=" + blob, "");
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(header(put, "Docker-Content-Digest")).isEqualTo(blob);
    assertThat(call("GET", header(put, "Location"), null).body()).isEqualTo("layer");

    String content = manifest(pushBlob("long/x", "{}"), blob);
    HttpResponse<String> pushed =
        call("PUT", "/v2/long/x/manifests/" + sha512(content), content, "Content-Type", OCI);
    assertThat(pushed.statusCode()).as(pushed.body()).isEqualTo(201);
    HttpResponse<String> pulled = call("GET", "/v2/long/x/manifests/" + sha512(content), null);
    assertThat(pulled.body()).isEqualTo(content);
    assertThat(header(pulled, "Docker-Content-Digest")).isEqualTo(sha512(content));
    assertThat(
            call("POST", "/v2/long/x/blobs/uploads/?digest=" + sha512("truth"), "lie").statusCode())
        .isEqualTo(400);
  }

  @Test
  void shouldSayHeadersWithoutABody() throws Exception {
    String blob = pushBlob("head/x", "12345");
    String content = manifest(pushBlob("head/x", "{}"), blob);
    String digest = pushManifest("head/x", "v1", content);

    HttpResponse<String> ofBlob = call("HEAD", "/v2/head/x/blobs/" + blob, null);
    assertThat(header(ofBlob, "Content-Length")).isEqualTo("5");
    assertThat(header(ofBlob, "Docker-Content-Digest")).isEqualTo(blob);
    HttpResponse<String> ofManifest = call("HEAD", "/v2/head/x/manifests/v1", null);
    assertThat(header(ofManifest, "Content-Length")).isEqualTo("" + content.length());
    assertThat(header(ofManifest, "Docker-Content-Digest")).isEqualTo(digest);
    assertThat(call("HEAD", "/v2/head/x/manifests/none", null).statusCode()).isEqualTo(404);
    assertThat(call("HEAD", "/v2/head/x/blobs/" + digest("none"), null).statusCode())
        .isEqualTo(404);
  }

  @Test
  void shouldTakeAStreamOfUnknownLength() throws Exception {
    String location = header(call("POST", "/v2/stream/x/blobs/uploads/", null), "Location");
    byte[] body = "streamed".getBytes(StandardCharsets.UTF_8);

    assertThat(
            stream("PATCH", location, body, "Content-Type", "application/octet-stream")
                .statusCode())
        .isEqualTo(202);
    assertThat(call("PUT", location + "?digest=" + digest("streamed"), "").statusCode())
        .isEqualTo(201);
  }

  @Test
  void shouldTakeTheLastChunkOnlyInItsPlace() throws Exception {
    String location = header(call("POST", "/v2/last/x/blobs/uploads/", null), "Location");
    String whole = location + "?digest=" + digest("abcdef");
    call("PATCH", location, "abc", "Content-Range", "0-2");

    HttpResponse<String> again = call("PATCH", location, "abc", "Content-Range", "0-2");
    assertThat(again.statusCode()).isEqualTo(416);
    assertThat(header(again, "Range")).isEqualTo("0-2");
    assertThat(call("PUT", whole, "def", "Content-Range", "9-11").statusCode()).isEqualTo(416);
    assertThat(call("PATCH", location, "def", "Content-Range", "3-9").body())
        .contains("SIZE_INVALID");
    assertThat(call("PATCH", location, "def", "Content-Range", "x").statusCode()).isEqualTo(416);
    assertThat(call("PUT", whole, "def", "Content-Range", "3-5").statusCode()).isEqualTo(201);
    assertThat(call("GET", "/v2/last/x/blobs/" + digest("abcdef"), null).body())
        .isEqualTo("abcdef");
  }

  @Test
  void shouldForgetAnUploadThatWasCanceled() throws Exception {
    String location = header(call("POST", "/v2/cancel/x/blobs/uploads/", null), "Location");

    assertThat(call("DELETE", location, null).statusCode()).isEqualTo(204);
    for (String method : new String[] {"GET", "PATCH", "DELETE"}) {
      HttpResponse<String> gone = call(method, location, null);
      assertThat(gone.statusCode()).isEqualTo(404);
      assertThat(gone.body()).contains("BLOB_UPLOAD_UNKNOWN");
    }
    assertThat(call("GET", "/v2/cancel/x/blobs/uploads/..%2f..%2f_tags", null).statusCode())
        .isEqualTo(404);
  }

  @Test
  void shouldForgetAnUploadThatNobodyWentOnWith() throws Exception {
    String old = header(call("POST", "/v2/rest/x/blobs/uploads/", null), "Location");
    String fresh = header(call("POST", "/v2/rest/x/blobs/uploads/", null), "Location");
    Path uploads = config.registry().dataDir().resolve("registries/upstream/rest/x/_uploads");
    Files.setLastModifiedTime(
        uploads.resolve(old.substring(old.lastIndexOf('/') + 1)),
        FileTime.from(Instant.now().minus(config.registry().uploadAge()).minusSeconds(60)));

    Instant before = Instant.now().minus(config.registry().uploadAge());
    assertThat(servers.sweep(before, before).uploads()).isEqualTo(1);
    assertThat(call("PATCH", old, "abc").statusCode()).isEqualTo(404);
    assertThat(call("PATCH", fresh, "abc").statusCode()).isEqualTo(202);
  }

  @Test
  void shouldTakeAManifestWithoutLayers() throws Exception {
    String content =
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":2},"layers":[]}\
        """
            .formatted(OCI, pushBlob("bare/x", "{}"));
    String digest = pushManifest("bare/x", "v1", content);

    HttpResponse<String> pulled = call("GET", "/v2/bare/x/manifests/" + digest, null);
    assertThat(pulled.body()).isEqualTo(content);
    assertThat(header(pulled, "Content-Type")).isEqualTo(OCI);
  }

  @Test
  void shouldTakeBlobsAwayBeforeTheManifestThatNamesThem() throws Exception {
    String layer = pushBlob("order/x", "12345");
    String digest = pushManifest("order/x", "v1", manifest(pushBlob("order/x", "{}"), layer));

    assertThat(call("DELETE", "/v2/order/x/blobs/" + layer, null).statusCode()).isEqualTo(202);
    assertThat(call("GET", "/v2/order/x/blobs/" + layer, null).statusCode()).isEqualTo(404);
    assertThat(call("DELETE", "/v2/order/x/manifests/" + digest, null).statusCode()).isEqualTo(202);
    assertThat(call("GET", "/v2/order/x/manifests/" + digest, null).statusCode()).isEqualTo(404);
    assertThat(call("GET", "/v2/order/x/tags/list", null).body()).doesNotContain("v1");
  }

  @Test
  void shouldBeginAnUploadWhereNothingCanBeMounted() throws Exception {
    String blob = pushBlob("source/x", "mountable");

    HttpResponse<String> nowhere = call("POST", "/v2/target/x/blobs/uploads/?mount=" + blob, null);
    assertThat(nowhere.statusCode()).isEqualTo(202);
    assertThat(header(nowhere, "Location")).contains("/blobs/uploads/");
    assertThat(
            call("POST", "/v2/target/x/blobs/uploads/?mount=" + blob + "&from=../source/x", null)
                .statusCode())
        .isEqualTo(202);
    assertThat(call("HEAD", "/v2/target/x/blobs/" + blob, null).statusCode()).isEqualTo(404);
  }

  @Test
  void rejectsAManifestThatIsTooLong() throws Exception {
    String long5MiB = "{\"annotations\":{\"a\":\"" + "x".repeat(5 << 20) + "\"}}";

    assertThat(call("PUT", "/v2/big/x/manifests/v1", long5MiB, "Content-Type", OCI).statusCode())
        .isEqualTo(413);
    assertThat(
            stream("PUT", "/v2/big/x/manifests/v1", long5MiB.getBytes(), "Content-Type", OCI)
                .statusCode())
        .isEqualTo(413);
    String fits = "{\"annotations\":{\"a\":\"" + "x".repeat(3 << 20) + "\"}}";
    assertThat(call("PUT", "/v2/big/x/manifests/v1", fits, "Content-Type", OCI).statusCode())
        .isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"config\":\"x\"}",
        "{\"config\":{\"digest\":7}}",
        "{\"config\":{\"digest\":\"sha256:short\"}}",
        "{\"layers\":{}}",
        "{\"layers\":[3]}",
        "{\"layers\":[{\"digest\":\"sha256:x\"}]}",
        "{\"manifests\":\"x\"}",
        "{\"subject\":\"x\"}",
        "{\"subject\":{\"digest\":\"md5:x\"}}",
        "{\"mediaType\":5}",
        "{\"artifactType\":[]}",
        "{\"annotations\":[]}"
      })
  void rejectsAManifestThatCouldNotBeRead(String content) throws Exception {
    HttpResponse<String> put =
        call("PUT", "/v2/poison/x/manifests/v1", content, "Content-Type", OCI);

    assertThat(put.statusCode()).as(put.body()).isEqualTo(400);
    assertThat(put.body()).contains("\"errors\"", "MANIFEST_INVALID");
    assertThat(call("GET", "/v2/poison/x/manifests/v1", null).statusCode()).isEqualTo(404);
    assertThat(call("GET", "/v2/poison/x/referrers/" + digest("any"), null).statusCode())
        .isEqualTo(200);
  }

  @Test
  void rejectsAReferenceThatIsNeitherTagNorDigest() throws Exception {
    HttpResponse<String> digest =
        call("PUT", "/v2/name/x/manifests/sha256:totallywrong", "{}", "Content-Type", OCI);
    assertThat(digest.statusCode()).isEqualTo(400);
    assertThat(digest.body()).contains("DIGEST_INVALID");
    assertThat(
            call("PUT", "/v2/name/x/manifests/" + "t".repeat(129), "{}", "Content-Type", OCI)
                .body())
        .contains("TAG_INVALID");
    assertThat(
            call("PUT", "/v2/name/x/manifests/" + digest("other"), "{}", "Content-Type", OCI)
                .body())
        .contains("DIGEST_INVALID");
    assertThat(call("GET", "/v2/name/x/manifests/.INVALID", null).statusCode()).isEqualTo(404);
  }

  @Test
  void shouldGiveTagsToAManifestPushedByDigest() throws Exception {
    String content = manifest(pushBlob("tags/x", "{}"), pushBlob("tags/x", "layer"));

    HttpResponse<String> put =
        call(
            "PUT",
            "/v2/tags/x/manifests/" + digest(content) + "?tag=one&tag=two",
            content,
            "Content-Type",
            OCI);

    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(put.headers().allValues("OCI-Tag")).containsExactly("one", "two");
    assertThat(call("GET", "/v2/tags/x/tags/list", null).body()).contains("[\"one\",\"two\"]");
  }

  @Test
  void shouldListWhoeverReferToAnImage() throws Exception {
    // Given: referrers may come before what they are about
    String config = pushBlob("refs/x", "{}");
    String image = manifest(config, pushBlob("refs/x", "layer"));
    String subject =
        ",\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
            .formatted(OCI, digest(image), image.length());
    String signature =
        manifest(config, pushBlob("refs/x", "layer")).replaceFirst("}$", subject + "}");
    String listed =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"artifactType\":\"test/list\",\"manifests\":[],\"annotations\":{\"k\":\"v\"}%s}"
            .formatted(INDEX, subject);
    call("PUT", "/v2/refs/x/manifests/" + digest(signature), signature, "Content-Type", OCI);
    call("PUT", "/v2/refs/x/manifests/" + digest(listed), listed, "Content-Type", INDEX);
    pushManifest("refs/x", "v1", image);

    // When
    HttpResponse<String> all = call("GET", "/v2/refs/x/referrers/" + digest(image), null);

    // Then
    assertThat(header(all, "Content-Type")).isEqualTo(INDEX);
    assertThat(header(all, "OCI-Filters-Applied")).isEmpty();
    assertThat(all.body())
        .contains("\"schemaVersion\":2", digest(signature), digest(listed))
        .contains("\"artifactType\":\"application/vnd.oci.image.config.v1+json\"")
        .contains("\"artifactType\":\"test/list\"", "\"annotations\":{\"k\":\"v\"}");
    assertThat(call("DELETE", "/v2/refs/x/manifests/" + digest(listed), null).statusCode())
        .isEqualTo(202);
    assertThat(call("GET", "/v2/refs/x/referrers/" + digest(image), null).body())
        .contains(digest(signature))
        .doesNotContain(digest(listed));
    assertThat(call("GET", "/v2/refs/x/referrers/sha256:short", null).statusCode()).isEqualTo(400);
  }

  @Test
  void shouldIgnoreRangesThatItDoesNotUnderstand() throws Exception {
    String path = "/v2/range/y/blobs/" + pushBlob("range/y", "0123456789");

    assertThat(call("GET", path, null, "Range", "bytes=-").body()).isEqualTo("0123456789");
    assertThat(call("GET", path, null, "Range", "bytes=0-1,4-5").statusCode()).isEqualTo(200);
    assertThat(call("GET", path, null, "Range", "bytes=5-2").statusCode()).isEqualTo(416);
    assertThat(call("GET", path, null, "Range", "bytes=0-").statusCode()).isEqualTo(206);
    assertThat(call("GET", path, null, "Range", "bytes=99999999999999999999-").statusCode())
        .isEqualTo(200);
  }

  @Test
  void shouldAnswerWhatIsNotThereInTheShapeOfTheSpecification() throws Exception {
    pushBlob("there/x", "blob");

    for (String path :
        new String[] {
          "/v2/there/x/blobs/" + digest("none"),
          "/v2/there/x/manifests/none",
          "/v2/there/x/manifests/" + digest("none")
        }) {
      for (String method : new String[] {"GET", "DELETE"}) {
        HttpResponse<String> answer = call(method, path, null);
        assertThat(answer.statusCode()).as(method + path).isEqualTo(404);
        assertThat(answer.body()).containsPattern("\\{\"errors\":\\[\\{\"code\":\"[A-Z_]+\"");
      }
    }
    assertThat(call("GET", "/v2/not/there/tags/list", null).body()).contains("NAME_UNKNOWN");
    assertThat(call("POST", "/v2/there/x/manifests/v1", "").statusCode()).isEqualTo(405);
    assertThat(call("GET", "/v3/", null).statusCode()).isEqualTo(404);
    assertThat(call("GET", "/v2/", null).statusCode()).isEqualTo(200);
  }

  /** The configuration of an artifact may be anything: what lists manifests goes on. */
  @Test
  void shouldListManifestsWhoseConfigurationIsNoImage() throws Exception {
    pushManifest("odd/x", "v1", manifest(pushBlob("odd/x", "no json"), pushBlob("odd/x", "layer")));

    HttpResponse<String> listed = call("GET", "/acr/v1/odd/x/_manifests", null);
    assertThat(listed.statusCode()).isEqualTo(200);
    assertThat(listed.body()).contains("\"tags\":[\"v1\"]");
  }
}
