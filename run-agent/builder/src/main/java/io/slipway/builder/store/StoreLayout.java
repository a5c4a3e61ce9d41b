package io.slipway.builder.store;

import io.slipway.builder.config.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Where things lie.
 *
 * <pre>
 * lock                     held while a process has the store open
 * start                    the machine's start in which the store was opened last
 * blobs/‹hex›              layers, configurations and manifests as registries have them
 * layers/‹hex of diff id›  unpacked layers: fs/ and the file "ready"
 * links/‹short name›       link to an unpacked layer's fs/
 * indexes/‹hex of diff id› what is in a layer
 * pairs/‹hex of blob›      diff id to which a blob was seen to unpack
 * origins/‹hex of blob›    repositories that are known to have a blob
 * cache/‹hex of key›       results of build steps
 * scratch/                 unfinished things; emptied when the store is opened
 * </pre>
 *
 * @param root the store's folder
 */
record StoreLayout(Path root) {

  void create() throws IOException {
    for (String folder :
        List.of("blobs", "layers", "links", "indexes", "pairs", "origins", "cache", "scratch")) {
      Files.createDirectories(root.resolve(folder));
    }
  }

  Path lock() {
    return root.resolve("lock");
  }

  Path start() {
    return root.resolve("start");
  }

  Path blobs() {
    return root.resolve("blobs");
  }

  Path blob(String digest) {
    return blobs().resolve(Sha256.hex(digest));
  }

  Path layers() {
    return root.resolve("layers");
  }

  Path layer(String diffId) {
    return layers().resolve(Sha256.hex(diffId));
  }

  Path links() {
    return root.resolve("links");
  }

  /** Half of the digest: as hard to meet by chance or on purpose as anybody needs. */
  static String linkName(String diffId) {
    byte[] digest = HexFormat.of().parseHex(Sha256.hex(diffId));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 16));
  }

  Path index(String diffId) {
    return root.resolve("indexes").resolve(Sha256.hex(diffId));
  }

  Path pair(String digest) {
    return root.resolve("pairs").resolve(Sha256.hex(digest));
  }

  Path origins(String digest) {
    return root.resolve("origins").resolve(Sha256.hex(digest));
  }

  Path cache(String key) {
    return root.resolve("cache").resolve(Sha256.hex(key));
  }

  Path scratch() {
    return root.resolve("scratch");
  }

  Path newScratch() {
    return scratch().resolve(UUID.randomUUID().toString());
  }
}
