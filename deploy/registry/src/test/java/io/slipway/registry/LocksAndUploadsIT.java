package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** What protects content: one writer, checked blobs, locked items. */
@QuarkusTest
@QuarkusTestResource(OpenRegistryResource.class)
class LocksAndUploadsIT extends OpenRegistryCalls {
  @Inject RegistryConfig config;

  private Path blob(String digest) {
    String hex = digest.substring("sha256:".length());
    return config
        .registry()
        .dataDir()
        .resolve("blobs/sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex);
  }

  @Test
  void shouldPublishNothingThatSomebodyStillWritesTo() throws Exception {
    String good = "a layer for all";
    String location = header(call("POST", "/v2/race/x/blobs/uploads/", null), "Location");
    try (Socket patch = new Socket(InetAddress.getLoopbackAddress(), OpenRegistryResource.port)) {
      OutputStream out = patch.getOutputStream();
      send(out, "PATCH " + location + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      send(out, Integer.toHexString(good.length()) + "\r\n" + good + "\r\n");
      String whole = "0-" + (good.length() - 1);
      while (!header(call("GET", location, null), "Range").equals(whole)) {
        Thread.onSpinWait();
      }

      HttpResponse<String> put = call("PUT", location + "?digest=" + digest(good), null);
      assertThat(put.statusCode()).as(put.body()).isEqualTo(409);
      assertThat(put.body()).contains("BLOB_UPLOAD_INVALID");
      assertThat(call("DELETE", location, null).statusCode()).isEqualTo(409);
      send(out, "0\r\n\r\n");
      InputStream in = patch.getInputStream();
      assertThat(new String(in.readNBytes(12), StandardCharsets.UTF_8)).endsWith(" 202");
    }
    assertThat(call("PUT", location + "?digest=" + digest(good), "").statusCode()).isEqualTo(201);
    assertThat(call("GET", "/v2/race/x/blobs/" + digest(good), null).body()).isEqualTo(good);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(blob(digest(good)))))
        .isEqualTo("r--r--r--");
  }

  @Test
  void shouldTellAClientThatWaitsToGoOn() throws Exception {
    try (Socket put = new Socket(InetAddress.getLoopbackAddress(), OpenRegistryResource.port)) {
      String path = "/v2/wait/x/blobs/uploads/?digest=" + digest("abc");
      send(
          put.getOutputStream(),
          "POST "
              + path
              + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
              + "Expect: 100-continue\r\n\r\n");
      put.setSoTimeout(10_000);
      String first = new String(put.getInputStream().readNBytes(25), StandardCharsets.UTF_8);
      assertThat(first).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      send(put.getOutputStream(), "abc");
      assertThat(new String(put.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
          .endsWith(" 201");
    }
  }

  private static void send(OutputStream out, String text) throws Exception {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Test
  void shouldReplaceABlobThatWasDamaged() throws Exception {
    String digest = pushBlob("damage/x", "as it should be");
    Files.setPosixFilePermissions(blob(digest), PosixFilePermissions.fromString("rw-r--r--"));
    Files.writeString(blob(digest), "as it must not be, and longer");

    pushBlob("damage/y", "as it should be");

    assertThat(call("GET", "/v2/damage/x/blobs/" + digest, null).body())
        .isEqualTo("as it should be");
  }

  @Test
  void shouldKeepNothingOfAnUploadThatTheDiskHasNoRoomFor() throws Exception {
    String location = header(call("POST", "/v2/full/x/blobs/uploads/", null), "Location");
    Path file =
        config
            .registry()
            .dataDir()
            .resolve("registries/upstream/full/x/_uploads")
            .resolve(location.substring(location.lastIndexOf('/') + 1));
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/full"));

    HttpResponse<String> patch = call("PATCH", location, "abc");

    assertThat(patch.statusCode()).as(patch.body()).isEqualTo(507);
    assertThat(patch.body()).contains("no space left");
    assertThat(call("GET", location, null).statusCode()).isEqualTo(404);
  }

  private void lock(String item, String attributes) throws Exception {
    HttpResponse<String> patch = call("PATCH", "/acr/v1/" + item, attributes);
    assertThat(patch.statusCode()).as(patch.body()).isEqualTo(200);
    assertThat(patch.body()).contains(attributes.substring(1, attributes.length() - 1));
  }

  private void refused(String method, String path, String body, String attribute) throws Exception {
    HttpResponse<String> answer = call(method, path, body, "Content-Type", OCI);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(405);
    assertThat(answer.body()).contains("UNSUPPORTED", "disallowed", attribute);
  }

  @Test
  void shouldKeepALockedTagAsItIs() throws Exception {
    String image = manifest(pushBlob("lock/tag", "{}"), pushBlob("lock/tag", "layer"));
    String digest = pushManifest("lock/tag", "v1", image);
    lock("lock/tag/_tags/v1", "{\"writeEnabled\":false}");

    refused("PUT", "/v2/lock/tag/manifests/v1", image, "writeEnabled of 'lock/tag:v1'");
    refused("DELETE", "/acr/v1/lock/tag/_tags/v1", null, "writeEnabled");
    refused("DELETE", "/v2/lock/tag/manifests/" + digest, null, "'lock/tag:v1'");
    refused("DELETE", "/acr/v1/lock/tag", null, "'lock/tag:v1'");
    pushManifest("lock/tag", "v2", image);
    assertThat(call("GET", "/v2/lock/tag/manifests/v1", null).body()).isEqualTo(image);

    lock("lock/tag/_tags/v1", "{\"writeEnabled\":true}");
    assertThat(call("DELETE", "/v2/lock/tag/manifests/" + digest, null).statusCode())
        .isEqualTo(202);
    pushManifest("lock/tag", "v1", image);
  }

  @Test
  void shouldHoldTheLocksOfManifestsAndRepositories() throws Exception {
    String image = manifest(pushBlob("lock/all", "{}"), pushBlob("lock/all", "layer"));
    String digest = pushManifest("lock/all", "v1", image);
    String manifest = "/v2/lock/all/manifests/" + digest;

    lock("lock/all/_manifests/" + digest, "{\"deleteEnabled\":false}");
    refused("DELETE", manifest, null, "deleteEnabled of 'lock/all@" + digest);
    lock("lock/all/_manifests/" + digest, "{\"readEnabled\":false}");
    refused("GET", "/v2/lock/all/manifests/v1", null, "readEnabled");
    lock("lock/all", "{\"writeEnabled\":false}");
    refused("POST", "/v2/lock/all/blobs/uploads/", "", "writeEnabled of 'lock/all'");
    refused("PUT", "/v2/lock/all/manifests/v2", image, "writeEnabled");
    lock("lock/all", "{\"readEnabled\":false}");
    refused("GET", "/v2/lock/all/blobs/" + digest("layer"), null, "readEnabled");
    lock("lock/all", "{\"listEnabled\":false}");
    assertThat(call("GET", "/v2/_catalog", null).body()).doesNotContain("lock/all");
    assertThat(call("GET", "/acr/v1/lock/all/_manifests/" + digest, null).body())
        .contains("\"deleteEnabled\":false", "\"listEnabled\":true");
  }

  @Test
  void rejectsAttributesThatAreNone() throws Exception {
    pushManifest(
        "lock/no", "v1", manifest(pushBlob("lock/no", "{}"), pushBlob("lock/no", "layer")));

    assertThat(call("PATCH", "/acr/v1/lock/no", "{\"quarantine\":true}").body())
        .contains("'quarantine' cannot be changed");
    assertThat(call("PATCH", "/acr/v1/lock/no", "{\"readEnabled\":\"no\"}").body())
        .contains("readEnabled must be true or false");
    assertThat(call("PATCH", "/acr/v1/lock/no/_tags/v9", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldPageManifestsAndReferrers() throws Exception {
    String config = pushBlob("page/m", "{}");
    String layer = pushBlob("page/m", "layer");
    String subject = pushManifest("page/m", "v1", manifest(config, layer));
    for (int i = 0; i < 2; i++) {
      String referrer =
          manifest(config, layer)
              .replace(
                  "\"layers\"",
                  "\"annotations\":{\"n\":\""
                      + i
                      + "\"},\"subject\":{\"digest\":\""
                      + subject
                      + "\",\"size\":1},\"layers\"");
      pushManifest("page/m", digest(referrer), referrer);
    }

    HttpResponse<String> first =
        call("GET", "/acr/v1/page/m/_manifests?n=2&orderby=timedesc", null);
    assertThat(first.body()).doesNotContain("\"v1\"");
    HttpResponse<String> second = call("GET", next(first), null);
    assertThat(second.body()).contains("\"tags\":[\"v1\"]");
    assertThat(header(second, "Link")).isEmpty();
    HttpResponse<String> one = call("GET", "/v2/page/m/referrers/" + subject + "?n=1", null);
    HttpResponse<String> other = call("GET", next(one), null);
    assertThat(one.body() + other.body()).contains("{\"n\":\"0\"}", "{\"n\":\"1\"}");
    assertThat(header(other, "Link")).isEmpty();
  }

  @Test
  void shouldNameTheLastRepositoryOfAPageAsItIs() throws Exception {
    for (String name : new String[] {"link/a", "link/b"}) {
      pushManifest(name, "v1", manifest(pushBlob(name, "{}"), pushBlob(name, "layer")));
    }

    HttpResponse<String> first = call("GET", "/v2/_catalog?n=1&last=link/Z", null);
    assertThat(first.body()).contains("[\"link/a\"]");
    assertThat(next(first)).isEqualTo("/v2/_catalog?last=link/a&n=1&orderby=");
    assertThat(call("GET", next(first), null).body()).contains("[\"link/b\"]");
  }

  private static String next(HttpResponse<String> page) {
    String link = header(page, "Link");
    return link.substring(1, link.indexOf('>'));
  }
}
