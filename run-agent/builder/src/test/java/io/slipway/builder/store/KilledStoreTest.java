package io.slipway.builder.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.config.Sha256;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed at any moment leaves a store in which everything is whole. */
class KilledStoreTest {
  @TempDir Path folder;

  @Test
  void everythingIsWholeAfterAKill() throws Exception {
    Path root = folder.resolve("store");
    Random random = new Random(20260101);
    int leftovers = 0;
    for (int round = 0; round < 8; round++) {
      runAndKill(root, random.nextInt(120));
      String[] scratch = root.resolve("scratch").toFile().list();
      leftovers += scratch == null ? 0 : scratch.length;
      try (ImageStore store = ImageStore.open(root, InstantSource.system());
          ImageSpace space = store.openSpace("check")) {
        assertThat(root.resolve("scratch").toFile().list()).isEmpty();
        blobsAreWhole(root);
        layersAreWhole(root);
        cacheIsUsable(space);
      }
    }
    assertThat(leftovers).as("some kill must have come in the middle of something").isPositive();
  }

  private static void runAndKill(Path root, int afterMillis) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                BusyStore.class.getName(),
                root.toString())
            .redirectError(new File(root.getParent().toFile(), "errors"))
            .start();
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.readLine())
          .as(() -> "the process said: " + read(root.resolveSibling("errors")))
          .isEqualTo("busy");
      Thread.sleep(afterMillis);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void blobsAreWhole(Path root) throws IOException {
    try (Stream<Path> blobs = Files.list(root.resolve("blobs"))) {
      for (Path blob : blobs.toList()) {
        assertThat(Sha256.hex(Sha256.of(Files.readAllBytes(blob))))
            .isEqualTo(blob.getFileName().toString());
      }
    }
  }

  private static void layersAreWhole(Path root) throws IOException {
    try (Stream<Path> layers = Files.list(root.resolve("layers"))) {
      for (Path layer : layers.toList()) {
        assertThat(layer.resolve("ready")).exists();
        try (Stream<Path> files = Files.walk(layer.resolve("fs"))) {
          var all = files.filter(Files::isRegularFile).toList();
          assertThat(all).hasSize(BusyStore.FILES);
          String variant = Files.readString(all.getFirst()).split(" ")[0];
          for (Path file : all) {
            int number = Integer.parseInt(file.getFileName().toString().substring(1));
            assertThat(Files.readAllBytes(file)).isEqualTo(BusyStore.content(variant, number));
          }
        }
      }
    }
  }

  private static void cacheIsUsable(ImageSpace space) throws Exception {
    for (int variant = 0; variant < 3; variant++) {
      for (String suffix : new String[] {"", "-upper"}) {
        Optional<StoredImage.StoredLayer> layer =
            space.cache("scope").find("variant-" + variant + suffix);
        if (layer.isPresent()) {
          ImageTree tree = space.tree(List.of(layer.get()));
          String path = suffix.isEmpty() ? "d7/f7" : "f7";
          assertThat(tree.read(path, 10_000).orElseThrow())
              .isEqualTo(BusyStore.content("variant-" + variant, 7));
        }
      }
    }
  }
}
