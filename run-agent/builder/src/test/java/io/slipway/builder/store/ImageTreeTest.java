package io.slipway.builder.store;

import static io.slipway.builder.support.TestImages.TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.layer.LayerEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of an image, with and without unpacking it. */
class ImageTreeTest {
  @TempDir Path folder;
  private ImageStore store;
  private ImageSpace space;
  private List<StoredImage.StoredLayer> layers;

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(folder.resolve("store"), InstantSource.system());
    space = store.openSpace("run");
    layers = List.of(base(), top());
  }

  @AfterEach
  void close() throws IOException {
    space.close();
    store.close();
  }

  private static LayerEntry file(LayerDraft draft, String path, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    LayerEntry entry = LayerEntry.file(path, 0644, 1000, 1000, TIME, bytes.length);
    draft.add(entry, new ByteArrayInputStream(bytes));
    return entry;
  }

  private static void link(LayerDraft draft, String path, String target) throws IOException {
    draft.add(LayerEntry.symlink(path, target, 0, 0, TIME));
  }

  private StoredImage.StoredLayer base() throws IOException {
    try (LayerDraft draft = space.newLayer()) {
      draft.add(LayerEntry.folder("etc", 0755, 0, 0, TIME));
      LayerEntry passwd = file(draft, "etc/passwd", "root:x:0:0::/root:/bin/sh\n");
      draft.add(LayerEntry.hardlink("etc/passwd-", passwd));
      file(draft, "gone/a", "1");
      file(draft, "gone/b", "2");
      file(draft, "opaque/old", "3");
      file(draft, "opaque/sub/older", "4");
      file(draft, "was-file", "5");
      file(draft, "was-folder/x", "6");
      draft.add(LayerEntry.folder("run", 01777, 0, 0, TIME));
      draft.add(LayerEntry.folder("var", 0755, 0, 0, TIME));
      link(draft, "var/run", "/run");
      link(draft, "var/up", "../../../etc");
      link(draft, "loop1", "loop2");
      link(draft, "loop2", "loop1");
      link(draft, "dangling", "no/where");
      link(draft, "abs", "/var/run/../run/pid");
      return draft.commit();
    }
  }

  private StoredImage.StoredLayer top() throws IOException {
    try (LayerDraft draft = space.newLayer()) {
      draft.add(LayerEntry.folder("etc", 0700, 0, 0, TIME));
      draft.add(LayerEntry.whiteout("gone/a", TIME));
      draft.add(LayerEntry.folder("opaque", 0755, 0, 0, TIME));
      draft.add(LayerEntry.opaque("opaque", TIME));
      file(draft, "opaque/new", "7");
      file(draft, "was-file/now/deep", "8");
      file(draft, "was-folder", "9");
      file(draft, "run/pid", "42");
      return draft.commit();
    }
  }

  private String text(ImageTree tree, String path) throws IOException {
    return tree.read(path, 1000).map(bytes -> new String(bytes)).orElse("nothing");
  }

  private void assertTree() throws IOException {
    ImageTree tree = space.tree(layers);
    assertThat(tree.below("").stream().map(ImageTree.TreeNode::path))
        .containsExactly(
            "",
            "abs",
            "dangling",
            "etc",
            "etc/passwd",
            "etc/passwd-",
            "gone",
            "gone/b",
            "loop1",
            "loop2",
            "opaque",
            "opaque/new",
            "run",
            "run/pid",
            "var",
            "var/run",
            "var/up",
            "was-file",
            "was-file/now",
            "was-file/now/deep",
            "was-folder");
    assertThat(text(tree, "/etc/passwd")).isEqualTo("root:x:0:0::/root:/bin/sh\n");
    assertThat(text(tree, "etc/passwd-")).isEqualTo("root:x:0:0::/root:/bin/sh\n");
    assertThat(text(tree, "gone/a")).isEqualTo("nothing");
    assertThat(text(tree, "gone/b")).isEqualTo("2");
    assertThat(text(tree, "was-file/now/deep")).isEqualTo("8");
    assertThat(text(tree, "was-folder")).isEqualTo("9");
    assertThat(text(tree, "/var/run/pid")).isEqualTo("42");
    assertThat(text(tree, "abs")).isEqualTo("42");
    assertThat(tree.find("etc").orElseThrow().entry().mode()).isEqualTo(0700);
    assertThat(tree.find("run").orElseThrow().entry().mode()).isEqualTo(01777);
    assertThat(tree.find("etc/passwd").orElseThrow().entry().uid()).isEqualTo(1000);
    assertThat(tree.find("etc/passwd-").orElseThrow().contentPath()).isEqualTo("etc/passwd");
    assertThat(tree.findLink("/var/run").orElseThrow().entry().linkTarget()).isEqualTo("/run");
    assertThat(tree.children("was-file")).hasSize(1);
    assertThat(tree.children("nothing")).isEmpty();

    Map<String, String> all = new TreeMap<>();
    tree.readAll(
        tree.below(""),
        (entry, content) -> all.put(entry.path(), new String(content.readAllBytes())));
    assertThat(all)
        .hasSize(7)
        .containsEntry("etc/passwd-", "root:x:0:0::/root:/bin/sh\n")
        .containsEntry("opaque/new", "7");
  }

  @Test
  void treeWithoutUnpacking() throws Exception {
    assertTree();
    assertThat(store.usage().layers()).isZero();
  }

  @Test
  void treeOfUnpackedLayers() throws Exception {
    assertThat(space.unpack(layers).folders()).hasSize(2);
    assertTree();
  }

  @ParameterizedTest
  @CsvSource({
    "/, ''",
    "etc/../etc/./passwd, etc/passwd",
    "../../../etc/passwd, etc/passwd",
    "/var/run/new/file, run/new/file",
    "var/up/shadow, etc/shadow",
    "dangling/x, no/where/x",
    "abs, run/pid",
    "not/there, not/there",
    "/var/run/, run",
  })
  void pathsAreResolvedInsideTheImage(String path, String expected) throws Exception {
    assertThat(space.tree(layers).resolve(path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"loop1", "loop2/x", "/loop1/../etc"})
  void linksInACircleAreAnError(String path) throws Exception {
    ImageTree tree = space.tree(layers);
    assertThatThrownBy(() -> tree.resolve(path)).isInstanceOf(MalformedImageException.class);
  }

  @Test
  void filesThatAreTooLargeAreNotRead() throws Exception {
    ImageTree tree = space.tree(layers);
    assertThatThrownBy(() -> tree.read("etc/passwd", 5)).hasMessageContaining("at most 5");
    List<String> order = new ArrayList<>();
    tree.readAll(tree.below("gone"), (entry, content) -> order.add(entry.path()));
    assertThat(order).containsExactly("gone/b");
  }
}
