package io.slipway.builder.support;

import io.slipway.builder.config.Platform;
import io.slipway.builder.config.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image in a folder, as other tools write it.
 *
 * @param manifest digest of its manifest
 * @param layer digest of its only layer
 */
public record OciLayout(String manifest, String layer) {
  /** Writes one with one file. */
  public static OciLayout write(Path folder, String tag, String path, String text)
      throws Exception {
    return write(folder, tag, path, text, "{\"Env\":[\"A=b\"]}");
  }

  /** Writes one with one file and settings as JSON. */
  public static OciLayout write(Path folder, String tag, String path, String text, String settings)
      throws Exception {
    Files.createDirectories(folder.resolve("blobs/sha256"));
    byte[] archive = archive(path, text);
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(archive);
    }
    String layer = blob(folder, zipped.toByteArray());
    Platform here = Platform.current();
    byte[] config =
        """
        {"architecture":"%s","os":"%s","config":%s,"rootfs":{"type":"layers","diff_ids":["%s"]}}\
        """
            .formatted(here.architecture(), here.os(), settings, Sha256.of(archive))
            .getBytes(StandardCharsets.UTF_8);
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}\
        """
            .formatted(blob(folder, config), config.length, layer, zipped.size())
            .getBytes(StandardCharsets.UTF_8);
    String digest = blob(folder, manifest);
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        folder.resolve("index.json"),
        """
        {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":%d,"annotations":{"org.opencontainers.image.ref.name":"%s"}}]}\
        """
            .formatted(digest, manifest.length, tag));
    return new OciLayout(digest, layer);
  }

  private static byte[] archive(String path, String text) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry(path.substring(1));
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static String blob(Path folder, byte[] bytes) throws Exception {
    String digest = Sha256.of(bytes);
    Files.write(folder.resolve("blobs/sha256").resolve(Sha256.hex(digest)), bytes);
    return digest;
  }
}
