package io.slipway.builder.store;

import static io.slipway.builder.support.TestImages.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.config.Descriptor;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.support.TestImages;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernel's overlayfs over unpacked layers: what a step changes becomes a layer, and the tree of
 * the layers is what the kernel shows. Runs as root, as root of a user namespace, and without any
 * right.
 */
public class OverlayMountTest {
  private static final boolean IS_ROOT = System.getProperty("user.name").equals("root");

  @TempDir Path folder;

  /** What is done in the test and, for other users, in a child process. */
  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    switch (arguments[1]) {
      case "mount" -> mountAndCommit(root, Boolean.parseBoolean(arguments[2]));
      case "entries" -> entriesOnly(root);
      default -> throw new IllegalArgumentException(arguments[1]);
    }
    System.out.println("fine");
  }

  @Test
  void asRoot() throws Exception {
    List<String> command =
        IS_ROOT
            ? List.of("unshare", "-m", "--propagation", "private")
            : List.of("unshare", "-U", "--map-root-user", "-m");
    run(command, folder.resolve("a"), "mount", String.valueOf(IS_ROOT));
  }

  @Test
  void asRootOfAUserNamespaceWithOneUser() throws Exception {
    // Without root the namespace maps one user; files of others stay with that one.
    List<String> command = new ArrayList<>(asNobody());
    command.addAll(List.of("unshare", "-U", "--map-root-user", "-m"));
    run(command, folder.resolve("b"), "mount", "false");
  }

  @Test
  void entriesNeedNoRightAtAll() throws Exception {
    run(asNobody(), folder.resolve("c"), "entries");
  }

  private static List<String> asNobody() {
    return !IS_ROOT
        ? List.of()
        : List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
  }

  private void run(List<String> prefix, Path root, String... arguments) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Djna.tmpdir=" + folder,
            "-cp",
            readableClassPath(),
            OverlayMountTest.class.getName(),
            root.toString()));
    Collections.addAll(command, arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).endsWith("fine\n");
  }

  /** Other users may not be able to read the folder of the one who builds. */
  private String readableClassPath() throws Exception {
    Path copy = Files.createDirectories(folder.resolve("classes"));
    List<String> parts = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path from = Path.of(part);
      Path to = copy.resolve(parts.size() + "-" + from.getFileName());
      if (Files.isDirectory(from)) {
        try (var walk = Files.walk(from)) {
          for (Path path : walk.toList()) {
            Files.copy(path, to.resolve(from.relativize(path).toString()));
          }
        }
        parts.add(to.toString());
      } else if (Files.exists(from)) {
        Files.copy(from, to);
        parts.add(to.toString());
      }
    }
    return String.join(File.pathSeparator, parts);
  }

  private static StoredImage.StoredLayer base(ImageSpace space) throws Exception {
    try (LayerDraft draft = space.newLayer()) {
      draft.add(LayerEntry.folder("d", 0755, 0, 0, TIME));
      file(draft, "d/kept", 0);
      file(draft, "d/gone", 0);
      file(draft, "d/foreign", 1000);
      draft.add(LayerEntry.folder("replaced", 0755, 0, 0, TIME));
      file(draft, "replaced/old", 0);
      file(draft, "moved/inside", 0);
      draft.add(LayerEntry.symlink("link", "d/kept", 0, 0, TIME));
      return draft.commit();
    }
  }

  private static void file(LayerDraft draft, String path, int owner) throws Exception {
    byte[] content = path.getBytes(StandardCharsets.UTF_8);
    draft.add(
        LayerEntry.file(path, 0644, owner, owner, TIME, content.length),
        new ByteArrayInputStream(content));
  }

  private static void mountAndCommit(Path root, boolean exact) throws Exception {
    try (ImageStore store = ImageStore.open(root, InstantSource.system());
        ImageSpace space = store.openSpace("run")) {
      StoredImage.StoredLayer base = base(space);
      UnpackedImage lower = space.unpack(List.of(base));
      check(lower.ownershipExact() == exact, "ownership exact is " + lower.ownershipExact());
      StoredImage.StoredLayer changed;
      try (UpperDraft draft = space.newUpper()) {
        shell(
            mount(lower, draft)
                + " && cd "
                + draft.merged()
                + " && rm d/gone && rm -r replaced && mkdir replaced && echo -n n > replaced/new"
                + " && mv moved elsewhere && ln d/kept second && echo -n x >> d/kept"
                + " && cd / && umount "
                + draft.merged());
        changed = draft.commit();
      }
      List<StoredImage.StoredLayer> layers = List.of(base, changed);
      ImageTree tree = space.tree(layers);
      String shownByTree =
          tree.below("").stream()
              .map(node -> "./" + node.path())
              .sorted()
              .collect(Collectors.joining("\n"));
      UnpackedImage both = space.unpack(layers);
      try (UpperDraft draft = space.newUpper()) {
        String shownByKernel =
            shell(
                mount(both, draft)
                    + " >&2 && cd "
                    + draft.merged()
                    + " && find . | sed 's#^[.]$#./#' | LC_ALL=C sort && cd / && umount "
                    + draft.merged());
        check(shownByKernel.strip().equals(shownByTree), shownByKernel + " but " + shownByTree);
      }
      manyLayers(space);
      // A second machine has only the archive.
      try (ImageStore other =
              ImageStore.open(root.resolveSibling("other"), InstantSource.system());
          ImageSpace view = other.openSpace("run")) {
        for (StoredImage.StoredLayer layer : layers) {
          boolean unused = view.fetchBlob(descriptor(layer), from(space, layer));
        }
        UnpackedImage unpacked = view.unpack(layers);
        try (UpperDraft draft = view.newUpper()) {
          String there =
              shell(
                  mount(unpacked, draft)
                      + " >&2 && cd "
                      + draft.merged()
                      + " && find . | sed 's#^[.]$#./#' | LC_ALL=C sort && cat second && cd /"
                      + " && umount "
                      + draft.merged());
          check(there.strip().equals(shownByTree + "\nd/keptx"), there);
        }
      }
    }
  }

  /** As many as Docker allows, one of them twice: more than fit in a page by their full paths. */
  private static void manyLayers(ImageSpace space) throws Exception {
    List<StoredImage.StoredLayer> many = new ArrayList<>();
    for (int i = 0; i < 126; i++) {
      many.add(TestImages.layer(space, "file-" + i, "of layer " + i));
    }
    many.add(many.get(5));
    UnpackedImage unpacked = space.unpack(many);
    check(unpacked.folders().size() == 126, "a layer that occurs twice");
    try (UpperDraft draft = space.newUpper()) {
      String count =
          shell(
              mount(unpacked, draft)
                  + " >&2 && ls "
                  + draft.merged()
                  + " | wc -l && umount "
                  + draft.merged());
      check(count.strip().equals("126"), count);
    }
  }

  private static Descriptor descriptor(StoredImage.StoredLayer layer) {
    return new Descriptor(layer.mediaType(), layer.digest(), layer.size());
  }

  private static BlobFetch<RuntimeException> from(ImageSpace space, StoredImage.StoredLayer layer) {
    return new BlobFetch<>() {
      @Override
      public String origin() {
        return "another/store";
      }

      @Override
      public boolean exists() {
        return true;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        try (var in = space.openBlob(layer.digest())) {
          in.transferTo(out);
        }
      }
    };
  }

  private static void entriesOnly(Path root) throws Exception {
    try (ImageStore store = ImageStore.open(root, InstantSource.system());
        ImageSpace space = store.openSpace("run")) {
      StoredImage.StoredLayer base = base(space);
      ImageTree tree = space.tree(List.of(base));
      check(
          tree.find("link").orElseThrow().path().equals("d/kept")
              && tree.find("d/foreign").orElseThrow().entry().uid() == 1000,
          "tree");
      check(
          new String(tree.read("/link", 100).orElseThrow()).equals("d/kept"),
          "content through a link");
      StoredImage image = TestImages.image(space, base);
      check(image.layers().size() == 1, "image");
    }
  }

  private static String mount(UnpackedImage lower, UpperDraft draft) {
    return "cd "
        + lower.links()
        + " && LIBMOUNT_FORCE_MOUNT2=always mount -t overlay overlay -o userxattr,lowerdir="
        + lower.lowerDirs()
        + ",upperdir="
        + draft.upper()
        + ",workdir="
        + draft.work()
        + " "
        + draft.merged();
  }

  private static String shell(String script) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-ec", script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    check(process.waitFor() == 0, script);
    return output;
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
