package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.EngineException;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.support.OciLayout;
import io.slipway.builder.support.Workbench;
import io.slipway.infra.RegistryProcess;
import io.slipway.taskfile.build.NamedContexts;
import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code --build-context} and {@code --no-cache-filter}. */
@Timeout(120)
class NamedContextTest {
  private static final String BASE = "FROM test.local/base:1";

  @TempDir Path folder;

  private Workbench bench() throws Exception {
    return Workbench.builtin(folder, BuiltinOptions.in(folder.resolve("engine")));
  }

  private static void contexts(Workbench bench, Map<String, ExtraContext> contexts)
      throws Exception {
    NamedContexts<ExtraContext> named = NamedContexts.of(contexts);
    bench.request = request -> request.contexts(named);
  }

  private ExtraContext.Folder files(String name, String... pathsAndTexts) throws Exception {
    Path root = Files.createDirectories(folder.resolve("named").resolve(name));
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      Path file = root.resolve(pathsAndTexts[i]);
      Files.createDirectories(file.getParent());
      Files.writeString(file, pathsAndTexts[i + 1]);
    }
    return new ExtraContext.Folder(root);
  }

  @Test
  void shouldCopyMountAndBeginWithAFolder() throws Exception {
    try (Workbench bench = bench()) {
      ExtraContext lib =
          files("lib", "a/one.txt", "one", "skip.log", "no", ".dockerignore", "*.log\n");
      contexts(bench, Map.of("Lib", lib, "unused", lib, "r.io/other:2", files("o", "x", "other")));
      bench.file("skip.log", "the main context has no such rule");
      String printed =
          bench.build(
              BASE + " AS one",
              "COPY skip.log /",
              "COPY --from=LIB . /all/",
              "COPY --from=lib /a/one.txt /file",
              "RUN --mount=from=lib,target=/in cat /in/a/one.txt > /mounted",
              "FROM lib AS files",
              "FROM one",
              "COPY --from=files /a /via-stage",
              "COPY --from=r.io/other:2 /x /x");

      assertThat(printed).doesNotContain("Pulling from").contains("Successfully built");
      assertThat(bench.sh("cat /file /mounted /x /via-stage/one.txt; ls -A /all"))
          .isEqualTo("oneoneotherone.dockerignore\na");
      assertThat(bench.last.runtimeBase().name()).isEqualTo(Workbench.BASE);
      assertThat(bench.last.buildtimeBases()).isEmpty();
    }
  }

  @Test
  void shouldTakeTheContextInPlaceOfAStageAndOfAnImage() throws Exception {
    try (Workbench bench = bench()) {
      contexts(bench, Map.of("deps", files("deps", "made", "by hand"), "alpine", base()));
      String printed =
          bench.build(
              "FROM nowhere.invalid/none:1 AS Deps",
              "RUN exit 42",
              "FROM docker.io/library/alpine:latest",
              "COPY --from=deps /made /by-name",
              "COPY --from=0 /made /by-number");

      assertThat(printed)
          .contains("Step 1/4 : FROM nowhere.invalid/none:1 AS Deps")
          .contains("Using build context deps")
          .doesNotContain("exit 42");
      assertThat(bench.sh("cat /by-name /by-number")).isEqualTo("by handby hand");
      assertThat(bench.last.runtimeBase().name()).isEqualTo(Workbench.BASE);

      bench.target = "deps";
      bench.build("FROM nowhere.invalid/none:1 AS deps", "RUN exit 42", BASE);
      assertThat(bench.last.runtimeBase()).isNull();
    }
  }

  private static ExtraContext base() {
    return new ExtraContext.Image(Workbench.BASE);
  }

  @Test
  void shouldDoStepsAgainWhenTheFolderChanges() throws Exception {
    try (Workbench bench = bench()) {
      contexts(bench, Map.of("lib", files("lib", "one.txt", "one")));
      String[] lines = {
        BASE, "COPY --from=lib . /all/", "RUN --mount=from=lib,target=/in cat /in/one.txt > /m"
      };
      bench.build(lines);
      assertThat(bench.last.cachedSteps()).isZero();
      bench.build(lines);
      assertThat(bench.last.cachedSteps()).isEqualTo(2);
      contexts(bench, Map.of("lib", files("lib", "one.txt", "changed")));
      assertThat(bench.build(lines)).doesNotContain("Using cache");
      assertThat(bench.sh("cat /all/one.txt /m")).isEqualTo("changedchanged");
    }
  }

  @Test
  void shouldKeepLinksWithinTheFolder() throws Exception {
    try (Workbench bench = bench()) {
      Path secret = Files.writeString(folder.resolve("secret.txt"), "hush");
      ExtraContext.Folder lib = files("lib", "real.txt", "real");
      Files.createSymbolicLink(lib.path().resolve("up"), Path.of("../../secret.txt"));
      Files.createSymbolicLink(lib.path().resolve("absolute"), secret);
      Files.createSymbolicLink(lib.path().resolve("rooted"), Path.of("/real.txt"));
      contexts(bench, Map.of("lib", lib));
      for (String source : List.of("up", "absolute", "../../secret.txt")) {
        assertThatThrownBy(() -> bench.build(BASE, "COPY --from=lib " + source + " /stolen"))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("not found");
      }
      bench.build(BASE, "COPY --from=lib rooted /own");
      assertThat(bench.sh("cat /own")).isEqualTo("real");
    }
  }

  @Test
  void shouldSayWhichNamesAreNotUsed() throws Exception {
    try (Workbench bench = bench()) {
      contexts(bench, Map.of("lib", files("lib", "a", "a"), "libb", base()));
      assertThat(bench.build("FROM scratch", "COPY --from=lib a /"))
          .contains("[Warning] One or more build-contexts [libb] were not used");
    }
  }

  @Test
  void shouldPullTheImageThatANameMeans() throws Exception {
    try (RegistryProcess registry = RegistryProcess.start(folder.resolve("registry"));
        Workbench bench = bench(registry)) {
      ImageReference tools = ImageReference.of(registry.loginServer() + "/tools:1");
      Files.writeString(bench.context.resolve("Dockerfile"), BASE + "\nRUN echo tool > /tool\n");
      bench.build(bench.run, bench.context, tools.familiar());
      String digest = bench.run.push(tools, (bytes, offset, length) -> {});

      try (var other = bench.newRun()) {
        contexts(bench, Map.of("node:20", new ExtraContext.Image(tools)));
        Files.writeString(
            bench.context.resolve("Dockerfile"),
            "FROM scratch\nCOPY --from=node:20 /tool /tool\nFROM node:20\nRUN cat /tool > /t\n");
        String printed = bench.build(other, bench.context, "test.local/x:1");
        assertThat(printed).contains("Pulling from tools");
        assertThat(bench.last.runtimeBase().name()).isEqualTo(tools);
        assertThat(bench.last.runtimeBase().digest()).isEqualTo(digest);
      }
    }
  }

  private Workbench bench(RegistryProcess registry) throws Exception {
    return new Workbench(
        folder,
        BuiltinEngine.open(BuiltinOptions.in(folder.resolve("engine")), InstantSource.system()),
        ConnectionPool.builder().plainHttp(registry.loginServer()).build());
  }

  @Test
  void shouldBeginWithAnImageOfAFolder() throws Exception {
    try (Workbench bench = bench()) {
      Path layout = folder.resolve("layout");
      OciLayout made = OciLayout.write(layout, "v1", "/from/layout", "laid out");
      ExtraContext byTag = new ExtraContext.Layout(layout, "v1", null);
      ExtraContext byDigest = new ExtraContext.Layout(layout, "no matter", made.manifest());
      for (ExtraContext context : List.of(byTag, byDigest)) {
        contexts(bench, Map.of("app", context));
        bench.build("FROM app AS app2", BASE, "COPY --from=app /from /from", "COPY --from=0 / /z");
        assertThat(bench.sh("cat /from/layout /z/from/layout")).isEqualTo("laid outlaid out");
        assertThat(bench.last.buildtimeBases()).isEmpty();
      }
      contexts(bench, Map.of("app", new ExtraContext.Layout(layout, "v2", null)));
      assertThatThrownBy(() -> bench.build("FROM app"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("--build-context app: ")
          .hasMessageContaining("no image with the tag v2");
    }
  }

  @Test
  void shouldNotTakeBlobsThatTheFolderOnlyNames() throws Exception {
    try (Workbench bench = bench()) {
      Path layout = folder.resolve("layout");
      OciLayout made = OciLayout.write(layout, "v1", "/secret", "of another run");
      contexts(bench, Map.of("app", new ExtraContext.Layout(layout, "v1", null)));
      bench.build("FROM app");

      // Another run knows the digest of a layer that the agent has, but not the layer.
      Path blob = layout.resolve("blobs/sha256").resolve(Sha256.hex(made.layer()));
      byte[] content = Files.readAllBytes(blob);
      try (var other = bench.newRun()) {
        Files.write(blob, new byte[content.length]);
        assertThatThrownBy(() -> bench.build(other, bench.context, "test.local/x:1"))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining(made.layer());
        Files.delete(blob);
        Files.createSymbolicLink(blob, Files.write(folder.resolve("outside"), content));
        assertThatThrownBy(() -> bench.build(other, bench.context, "test.local/x:1"))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining(made.layer());
        Files.delete(blob);
        Files.write(blob, content);
        bench.build(other, bench.context, "test.local/x:1");
      }
    }
  }

  @Test
  void shouldDoTheStepsOfNamedStagesAgain() throws Exception {
    try (Workbench bench = bench()) {
      String[] lines = {
        BASE + " AS one",
        "RUN echo 1 > /one",
        BASE + " AS two",
        "RUN echo 2 > /two",
        BASE,
        "COPY --from=one /one /",
        "COPY --from=two /two /"
      };
      bench.build(lines);
      bench.request = request -> request.noCacheFor(List.of("TWO", "three"));
      String printed = bench.build(lines);
      assertThat(printed)
          .contains("[Warning] --no-cache-filter three: there is no such stage")
          .containsSubsequence("RUN echo 1", "Using cache", "RUN echo 2", "Running in");
      assertThat(printed.split("Running in ", -1)).hasSize(2);
      bench.request = request -> request.noCacheFor(List.of("stage-2"));
      bench.build(lines);
      assertThat(bench.last.cachedSteps()).isEqualTo(2);
      bench.request = request -> request;
      bench.build(lines);
      assertThat(bench.last.cachedSteps()).isEqualTo(4);
    }
  }
}
