package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/** An image of one hostile layer, pushed past all tools that would refuse to make it. */
final class HostileImage {
  private HostileImage() {}

  static void push(Api api, String repository, HostileArchive layer) throws Exception {
    byte[] archive = layer.bytes();
    byte[] tar = new GZIPInputStream(new ByteArrayInputStream(archive)).readAllBytes();
    byte[] config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
            .formatted(digest(tar))
            .getBytes(StandardCharsets.UTF_8);
    blob(api, repository, archive);
    blob(api, repository, config);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}
        """
            .formatted(digest(config), config.length, digest(archive), archive.length);
    assertThat(
            api.registry(
                    "PUT",
                    "/v2/" + repository + "/manifests/1",
                    "application/vnd.oci.image.manifest.v1+json",
                    manifest.getBytes(StandardCharsets.UTF_8))
                .statusCode())
        .isEqualTo(201);
  }

  /** Pushes a blob; answers its digest. */
  static String blob(Api api, String repository, byte[] content) throws Exception {
    String digest = digest(content);
    assertThat(
            api.registry(
                    "POST",
                    "/v2/" + repository + "/blobs/uploads/?digest=" + digest,
                    "application/octet-stream",
                    content)
                .statusCode())
        .isEqualTo(201);
    return digest;
  }

  private static String digest(byte[] content) throws Exception {
    return "sha256:"
        + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
