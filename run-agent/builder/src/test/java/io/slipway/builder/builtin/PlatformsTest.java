package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageIndex;
import io.slipway.builder.config.MediaTypes;
import io.slipway.builder.config.Platform;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.builder.support.Workbench;
import io.slipway.infra.RegistryProcess;
import io.slipway.taskfile.build.BuildAnnotations;
import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Builds for several platforms at once. */
@Timeout(120)
class PlatformsTest {
  private static final List<String> BOTH = List.of("linux/amd64", "linux/arm64");

  @TempDir Path folder;

  @Test
  void shouldPushOneIndexOfAllPlatforms() throws Exception {
    try (RegistryProcess registry = RegistryProcess.start(folder.resolve("registry"));
        ConnectionPool connections =
            ConnectionPool.builder().plainHttp(registry.loginServer()).build();
        Workbench bench = bench(registry)) {
      ImageReference app = ImageReference.of(registry.loginServer() + "/team/app:1");
      bench.request = request -> request.platforms(BOTH);
      bench.file("a.txt", "a");
      Files.writeString(
          bench.context.resolve("Dockerfile"),
          "FROM scratch\nARG TARGETARCH\nCOPY a.txt /for-$TARGETARCH\nENV ARCH=$TARGETARCH\n");
      assertThat(bench.build(bench.run, bench.context, app.familiar()))
          .contains("Platform linux/amd64", "Platform linux/arm64", "index")
          .contains("Successfully tagged " + app.familiar());
      String digest = bench.run.push(app, (bytes, offset, length) -> {});
      assertThat(bench.run.digest(app)).contains(digest);

      RegistryCalls access = new RegistryCalls(connections, CredentialSource.none());
      assertThat(access.resolve(app).digest()).isEqualTo(digest);
      assertThat(access.manifest(app).isIndex()).isTrue();

      // Another image for both stands on it, within the run and from the registry.
      ImageReference next = ImageReference.of(registry.loginServer() + "/team/next:1");
      Files.writeString(
          bench.context.resolve("Dockerfile"),
          "FROM " + app.familiar() + "\nARG TARGETARCH\nCOPY a.txt /next-$TARGETARCH-$ARCH\n");
      for (EngineRun run : List.of(bench.run, bench.newRun())) {
        String printed = bench.build(run, bench.context, next.familiar());
        assertThat(printed).contains("Step 3/3 : COPY a.txt /next-$TARGETARCH-$ARCH");
        String pushed = run.push(next, (bytes, offset, length) -> {});
        assertThat(access.resolve(next).digest()).isEqualTo(pushed);
        assertThat(access.manifest(next).json()).contains("\"amd64\"", "\"arm64\"");
      }
    }
  }

  @Test
  void shouldPushNotesInManifestsAndTheIndex() throws Exception {
    try (RegistryProcess registry = RegistryProcess.start(folder.resolve("registry"));
        ConnectionPool connections =
            ConnectionPool.builder().plainHttp(registry.loginServer()).build();
        Workbench bench = bench(registry)) {
      ImageReference app = ImageReference.of(registry.loginServer() + "/team/noted:1");
      BuildAnnotations notes =
          new BuildAnnotations(Map.of("org.example.of", "each"), Map.of("org.example.of", "all"));
      bench.request = request -> request.platforms(BOTH).annotations(notes);
      Files.writeString(bench.context.resolve("Dockerfile"), "FROM scratch\nCOPY . /\n");
      bench.build(bench.run, bench.context, app.familiar());
      String unused = bench.run.push(app, (bytes, offset, length) -> {});

      RegistryCalls access = new RegistryCalls(connections, CredentialSource.none());
      RawManifest index = access.manifest(app);
      assertThat(index.mediaType()).isEqualTo(MediaTypes.OCI_INDEX);
      assertThat(index.json()).contains("\"annotations\":{\"org.example.of\":\"all\"}");
      for (Descriptor each : ImageIndex.parse(index).manifests()) {
        ImageReference image =
            new ImageReference(app.registry(), app.repository(), null, each.digest());
        assertThat(access.manifest(image).mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(access.manifest(image).json())
            .contains("\"annotations\":{\"org.example.of\":\"each\"}");
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
  void shouldRefuseProgramsThatThisMachineCannotRunBeforeItBegins() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, BuiltinOptions.in(folder.resolve("engine")))) {
      bench.request = request -> request.platforms(List.of("linux/amd64", "linux/s390x"));
      bench.file("a.txt", "a");
      assertThatThrownBy(() -> bench.build("FROM scratch", "COPY a.txt /", "RUN [\"/x\"]"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("line 3")
          .hasMessageContaining("cannot run programs of linux/s390x")
          .hasMessageContaining("nothing was built");
      // What runs in a stage for the machine itself is no obstacle.
      bench.request = request -> request.platforms(List.of("linux/amd64", "linux/s390x"));
      String own = Platform.current().toString();
      bench.build(
          "FROM --platform=" + own + " test.local/base:1 AS tools",
          "RUN echo made > /made",
          "FROM scratch",
          "COPY --from=tools /made /made");
    }
  }
}
