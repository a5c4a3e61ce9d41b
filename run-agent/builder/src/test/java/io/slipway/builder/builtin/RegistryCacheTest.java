package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.EngineRun;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.support.Workbench;
import io.slipway.infra.RegistryProcess;
import io.slipway.taskfile.image.ImageReference;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Steps that another agent has done. */
@Timeout(120)
class RegistryCacheTest {
  @TempDir Path folder;
  private RegistryProcess registry;
  private ImageReference base;
  private ImageReference cache;

  @BeforeEach
  void start() {
    registry = RegistryProcess.start(folder.resolve("registry"));
    base = ImageReference.of(registry.loginServer() + "/base:1");
    cache = ImageReference.of(registry.loginServer() + "/app:cache_quickrun_build");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  /** An agent with an empty store; it shares the context with the others. */
  private Workbench agent(String name) throws Exception {
    Path own = folder.resolve(name);
    Workbench bench =
        new Workbench(
            own,
            BuiltinEngine.open(BuiltinOptions.in(own.resolve("engine")), InstantSource.system()),
            ConnectionPool.builder().plainHttp(registry.loginServer()).build());
    bench.file("a.txt", "a");
    bench.request = request -> request.cacheFrom(cache).cacheTo(cache);
    return bench;
  }

  private void pushBase(Workbench bench) throws Exception {
    Path files = Files.createDirectories(folder.resolve("base-context"));
    Files.writeString(files.resolve("Dockerfile"), "FROM test.local/base:1\n");
    bench.request = request -> request;
    bench.build(bench.run, files, base.familiar());
    String unused = bench.run.push(base, (bytes, offset, length) -> {});
    bench.request = request -> request.cacheFrom(cache).cacheTo(cache);
  }

  private String[] dockerfile() {
    return new String[] {
      "FROM " + base.familiar() + " AS one",
      "WORKDIR /made",
      "COPY a.txt /made/",
      "RUN echo one > /one",
      "FROM " + base.familiar(),
      "COPY --from=one /one /two",
      "RUN cat /two > /three",
      "ENV AFTER=all"
    };
  }

  @Test
  void shouldFindAllStepsOnAnAgentWithAnEmptyStore() throws Exception {
    String image;
    try (Workbench first = agent("first")) {
      pushBase(first);
      String printed = first.build(dockerfile());
      image = first.last.imageId();
      assertThat(printed)
          .contains("There is no build cache at " + cache.familiar() + " yet")
          .contains("Kept 5 steps in build cache")
          .doesNotContain("Using cache");
    }
    try (Workbench second = agent("second")) {
      String printed = second.build(dockerfile());
      assertThat(printed)
          .contains("Using build cache " + cache.familiar() + ": 5 steps")
          .doesNotContain("Running in");
      assertThat(second.last.cachedSteps()).isEqualTo(5);
      assertThat(second.last.imageId()).isEqualTo(image);
      assertThat(second.sh("cat /two /three")).isEqualTo("one\none");

      second.file("a.txt", "changed");
      assertThat(second.build(dockerfile())).contains("Running in").contains("Using cache");
      assertThat(second.last.cachedSteps()).isLessThan(5);
      try (EngineRun without = second.newRun()) {
        second.request = request -> request.cacheFrom(cache).noCache();
        ByteArrayOutputStream unused = new ByteArrayOutputStream();
        assertThat(second.build(without, second.context, "test.local/x:1"))
            .doesNotContain("Using cache", "Using build cache");
      }
    }
  }

  @Test
  void shouldBuildWithoutACacheThatIsNoneOrLies() throws Exception {
    try (Workbench first = agent("first")) {
      pushBase(first);
      first.build(dockerfile());
    }
    lie();
    try (Workbench second = agent("second")) {
      String printed = second.build(dockerfile());
      assertThat(printed)
          .contains("WARNING: a step of the cache " + cache.familiar())
          .contains("Running in");
      assertThat(second.sh("cat /two /three")).isEqualTo("one\none");

      // An image to run is no cache.
      second.request = request -> request.cacheFrom(base);
      assertThat(second.build("FROM " + base.familiar(), "RUN echo 1"))
          .contains("There is no build cache at " + base.familiar());
    }
  }

  /** Gives every step of the cache the tar of another, as somebody with the right to push could. */
  private void lie() throws Exception {
    String repository = "http://" + registry.loginServer() + "/v2/app";
    HttpClient http = HttpClient.newHttpClient();
    String type = "application/vnd.oci.image.manifest.v1+json";
    String manifest =
        http.send(
                HttpRequest.newBuilder(URI.create(repository + "/manifests/" + cache.tag()))
                    .header("Accept", type)
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    String digest =
        manifest.replaceAll("(?s).*\"config\".*?\"digest\":\"([^\"]+)\".*?\"layers\".*", "$1");
    String config =
        http.send(
                HttpRequest.newBuilder(URI.create(repository + "/blobs/" + digest)).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    String other = config.replaceAll("\"diffId\":\"sha256:....", "\"diffId\":\"sha256:0000");
    assertThat(other).isNotEqualTo(config);
    String otherDigest = Sha256.of(other);
    String upload =
        http.send(
                HttpRequest.newBuilder(URI.create(repository + "/blobs/uploads/"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.discarding())
            .headers()
            .firstValue("Location")
            .orElseThrow();
    String separator = upload.contains("?") ? "&" : "?";
    assertThat(
            http.send(
                    HttpRequest.newBuilder(URI.create(upload + separator + "digest=" + otherDigest))
                        .header("Content-Type", "application/octet-stream")
                        .PUT(HttpRequest.BodyPublishers.ofString(other))
                        .build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(201);
    assertThat(
            http.send(
                    HttpRequest.newBuilder(URI.create(repository + "/manifests/" + cache.tag()))
                        .header("Content-Type", type)
                        .PUT(
                            HttpRequest.BodyPublishers.ofString(
                                manifest.replace(digest, otherDigest), StandardCharsets.UTF_8))
                        .build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(201);
  }
}
