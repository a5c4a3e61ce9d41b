package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The distribution specification, call by call. */
@QuarkusTest
@QuarkusTestResource(OpenRegistryResource.class)
class DistributionIT extends OpenRegistryCalls {
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
    for (String none : new String[] {"bytes=10-", "bytes=-0"}) {
      assertThat(call("GET", "/v2/range/x/blobs/" + blob, null, "Range", none).statusCode())
          .as(none)
          .isEqualTo(416);
    }
  }

  @ParameterizedTest
  @CsvSource({"bytes=-3, 789, 7-9", "bytes=-50, 0123456789, 0-9", "bytes=8-, 89, 8-9"})
  void shouldServeTheEndOfABlob(String range, String content, String said) throws Exception {
    String blob = pushBlob("range/end", "0123456789");

    HttpResponse<String> part = call("GET", "/v2/range/end/blobs/" + blob, null, "Range", range);
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(content);
    assertThat(header(part, "Content-Range")).isEqualTo("bytes " + said + "/10");
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
