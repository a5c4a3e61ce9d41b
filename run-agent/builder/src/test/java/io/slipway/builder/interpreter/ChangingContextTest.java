package io.slipway.builder.interpreter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.EngineException;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.layer.LayerArchiveWriter;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.NativeFiles;
import io.slipway.builder.layer.SourceChangedException;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.ImageStore;
import io.slipway.builder.support.Workbench;
import io.slipway.taskfile.build.NamedContexts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A detached step writes to the context while a build reads it. */
class ChangingContextTest {
  private static final String SECRET = "of the machine";

  @TempDir private Path temporary;
  private Path context;
  private Path outside;
  private ImageStore store;
  private ImageSpace space;

  @BeforeEach
  void open() throws Exception {
    context = Files.createDirectory(temporary.resolve("context"));
    outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("secret"), SECRET);
    Files.writeString(Files.createDirectory(context.resolve("d")).resolve("secret"), "harmless");
    store = ImageStore.open(temporary.resolve("store"), InstantSource.system());
    space = store.openSpace("run");
  }

  @AfterEach
  void close() throws Exception {
    space.close();
    store.close();
  }

  private CopyPlan plan(ContextFiles files) throws IOException {
    CopyPlan plan =
        new CopyPlan(
            space.tree(List.of()), new CopyPlan.CopyOptions(null, null, List.of()), Instant.EPOCH);
    plan.add(files, "", "/", true);
    return plan;
  }

  private static Map<String, String> written(CopyPlan plan) throws IOException {
    Map<String, String> written = new TreeMap<>();
    plan.write((entry, in) -> written.put(entry.path(), new String(in.readAllBytes(), UTF_8)));
    return written;
  }

  @Test
  void shouldCopyNothingOfTheMachineWhileAFolderIsSwappedForALink() throws Exception {
    AtomicBoolean end = new AtomicBoolean();
    Path link = Files.createSymbolicLink(context.resolve("l"), outside);
    Path folder = context.resolve("d");
    Path between = context.resolve("between");
    Thread step =
        Thread.ofPlatform()
            .start(() -> {
              while (!end.get()) {
                try {
                  Files.move(folder, between, StandardCopyOption.ATOMIC_MOVE);
                  Files.move(link, folder, StandardCopyOption.ATOMIC_MOVE);
                  Files.move(between, link, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException unexpected) {
                  return;
                }
              }
            });
    int copied = 0;
    int refused = 0;
    try (ContextFiles files = ContextFiles.open(context)) {
      while (copied < 100 || refused < 100) {
        assertThat(step.isAlive()).isTrue();
        try {
          CopyPlan plan = plan(files);
          String unused = plan.key();
          Map<String, String> written = written(plan);
          assertThat(written.values()).doesNotContain(SECRET);
          copied += written.containsValue("harmless") ? 1 : 0;
        } catch (IOException swapped) {
          refused++;
        }
      }
    } finally {
      end.set(true);
      step.join();
    }
  }

  /** Else the next build of the old files would get what the step has put in their place. */
  @Test
  void shouldKnowALayerByWhatWasWritten() throws Exception {
    try (ContextFiles files = ContextFiles.open(context)) {
      CopyPlan plan = plan(files);
      String before = plan.key();
      assertThat(before).isEqualTo(plan(files).key());
      Files.writeString(context.resolve("d/secret"), "longer than it was");

      assertThat(written(plan)).containsEntry("d/secret", "longer than it was");
      assertThat(plan.key()).isNotEqualTo(before).isEqualTo(plan(files).key());

      CopyPlan same = plan(files);
      String unchanged = same.key();
      assertThat(written(same)).hasSize(2);
      assertThat(same.key()).isEqualTo(unchanged);
    }
  }

  @Test
  void shouldRefuseWhatIsNoFileAnyMore() throws Exception {
    Path file = context.resolve("d/secret");
    try (ContextFiles files = ContextFiles.open(context)) {
      CopyPlan plan = plan(files);
      Files.delete(file);
      assertThatThrownBy(plan::key)
          .isInstanceOf(SourceChangedException.class)
          .hasMessage("'d/secret' changed while it was copied: it is gone");
      NativeFiles.makeFifo(file);
      assertThatThrownBy(plan::key).isInstanceOf(SourceChangedException.class);
      Files.delete(file);
      Files.createSymbolicLink(file, outside.resolve("secret"));
      assertThatThrownBy(() -> written(plan)).isInstanceOf(SourceChangedException.class);

      Files.delete(file);
      Files.writeString(file, "x".repeat(200_000));
      CopyPlan shorter = plan(files);
      try (LayerArchiveWriter archive = new LayerArchiveWriter(OutputStream.nullOutputStream())) {
        assertThatThrownBy(() ->
                shorter.write((entry, in) -> {
                  if (entry.type() == LayerEntry.Type.FILE) {
                    Files.writeString(file, "");
                  }
                  archive.add(entry, in);
                }))
            .isInstanceOf(SourceChangedException.class)
            .hasMessageContaining("it has become shorter");
      }
    }
  }

  @Test
  void shouldSayWhichPathHasBecomeALink() throws Exception {
    try (Workbench bench = Workbench.builtin(temporary.resolve("bench"), "no-launcher-at-all")) {
      Path secret =
          Files.createSymbolicLink(bench.workspace.resolve("s"), outside.resolve("secret"));
      bench.secrets.put("s", secret);
      assertRefused(
          () -> bench.build("FROM test.local/base:1", "RUN --mount=type=secret,id=s cat"),
          "secret s: its file is gone, is behind a link");

      bench.request =
          request ->
              request.contexts(
                  new NamedContexts<>(
                      Map.of("more", new ExtraContext.Folder(context.resolve("l")))));
      Files.createSymbolicLink(context.resolve("l"), outside);
      assertRefused(() -> bench.build("FROM scratch", "COPY --from=more . /"), "has become a link");

      Files.delete(bench.context.resolve("Dockerfile"));
      Files.writeString(outside.resolve("Dockerfile"), "FROM scratch\nCOPY . /\n");
      Files.createSymbolicLink(bench.context.resolve("Dockerfile"), outside.resolve("Dockerfile"));
      assertRefused(
          () -> bench.build(bench.run, bench.context, "test.local/result:1"),
          "there is no Dockerfile 'Dockerfile'");
    }
  }

  private interface Build {
    void run() throws Exception;
  }

  private static void assertRefused(Build build, String message) {
    assertThatThrownBy(build::run)
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(message)
        .matches(refused -> ((EngineException) refused).kind() == EngineException.Cause.USER);
  }
}
