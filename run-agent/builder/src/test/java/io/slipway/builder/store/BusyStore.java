package io.slipway.builder.store;

import static io.slipway.builder.support.TestImages.TIME;

import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.NativeFiles;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Does everything with a store, over and over, until it is killed. */
public final class BusyStore {
  static final int FILES = 150;

  private BusyStore() {}

  public static void main(String[] arguments) throws Exception {
    try (ImageStore store = ImageStore.open(Path.of(arguments[0]), InstantSource.system())) {
      for (int round = 0; ; round++) {
        try (ImageSpace space = store.openSpace("busy")) {
          work(space, "variant-" + round % 3);
        }
        store.collectGarbage(round % 2 == 0 ? 0 : 50_000);
        if (round == 0) {
          System.out.println("busy");
        }
      }
    }
  }

  private static void work(ImageSpace space, String variant) throws Exception {
    StoredImage.StoredLayer layer;
    try (LayerDraft draft = space.newLayer()) {
      for (int i = 0; i < FILES; i++) {
        byte[] content = content(variant, i);
        draft.add(
            LayerEntry.file("d" + i % 9 + "/f" + i, 0644, 0, 0, TIME, content.length),
            new ByteArrayInputStream(content));
      }
      layer = draft.commit();
    }
    space.cache("scope").put(variant, layer);
    UnpackedImage unused = space.unpack(List.of(layer));
    try (UpperDraft draft = space.newUpper()) {
      for (int i = 0; i < FILES; i++) {
        Path file = Files.write(draft.upper().resolve("f" + i), content(variant, i));
        NativeFiles.setTime(file, TIME);
      }
      StoredImage.StoredLayer upper = draft.commit();
      space.cache("scope").put(variant + "-upper", upper);
    }
  }

  static byte[] content(String variant, int number) {
    return (variant + " " + number + " ").repeat(40).getBytes(StandardCharsets.UTF_8);
  }
}
