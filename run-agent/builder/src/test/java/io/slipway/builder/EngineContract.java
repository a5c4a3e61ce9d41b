package io.slipway.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.support.Workbench;
import io.slipway.infra.RegistryProcess;
import io.slipway.taskfile.image.ImageReference;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every engine does. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EngineContract {
  private RegistryProcess registry;

  /** A fresh engine over a folder. */
  abstract ContainerEngine engine(Path folder) throws Exception;

  @BeforeAll
  void startRegistry(@TempDir Path registryFolder) {
    registry = RegistryProcess.start(registryFolder);
  }

  @AfterAll
  void stopRegistry() {
    if (registry != null) {
      registry.close();
    }
  }

  private Workbench bench(Path folder) throws Exception {
    return new Workbench(
        folder,
        engine(folder.resolve("engine")),
        ConnectionPool.builder().plainHttp(registry.loginServer()).build());
  }

  private ImageReference image(String name) {
    return ImageReference.of(registry.loginServer() + "/" + name);
  }

  private static String push(EngineRun run, ImageReference image) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    String digest = run.push(image, printed::write);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("The push refers to repository [" + image.registry() + "/" + image.repository())
        .contains("digest: " + digest + " size: ");
    return digest;
  }

  @Test
  void shouldBuildTheArticlesDockerfile(@TempDir Path folder) throws Exception {
    try (Workbench bench = bench(folder)) {
      bench.buildArgs.put("REGISTRY_NAME", "test.local");
      bench.labels.put("built-by", "slipway");
      bench.file("app/server.js", "listen");
      String printed =
          bench.build(
              "ARG REGISTRY_NAME",
              "FROM ${REGISTRY_NAME}/base:1",
              "COPY app /src",
              "RUN cd /src && echo installed > done && id -u > who",
              "EXPOSE 80",
              "CMD [\"cat\", \"/src/server.js\"]");
      assertThat(printed)
          .contains("Step 1/7 : ARG REGISTRY_NAME", "Step 4/7 : RUN cd /src", "Step 6/7 : CMD")
          .contains("Step 7/7 : LABEL built-by=slipway")
          .contains(" ---> Running in ", "Removing intermediate container ")
          .containsPattern("Successfully built [0-9a-f]{12}")
          .contains("Successfully tagged test.local/result:1");
      assertThat(bench.last.imageId()).matches("sha256:[0-9a-f]{64}");
      assertThat(bench.last.runtimeBase()).isNotNull();
      assertThat(bench.last.runtimeBase().name()).isEqualTo(Workbench.BASE);
      assertThat(bench.last.buildtimeBases()).isEmpty();
      assertThat(bench.container("test.local/result:1", List.of(), "a", false)).isEqualTo("listen");
      assertThat(bench.sh("cat /src/done /src/who")).isEqualTo("installed\n0");
    }
  }

  @Test
  void shouldFindStepsInTheCache(@TempDir Path folder) throws Exception {
    try (Workbench bench = bench(folder)) {
      bench.file("a.txt", "a");
      String[] lines = {"FROM test.local/base:1", "COPY a.txt /", "RUN echo b > /b"};
      bench.build(lines);
      assertThat(bench.last.cachedSteps()).isZero();
      String image = bench.last.imageId();
      assertThat(bench.build(lines)).contains(" ---> Using cache");
      assertThat(bench.last.cachedSteps()).isEqualTo(2);
      assertThat(bench.last.imageId()).isEqualTo(image);
      bench.file("a.txt", "changed");
      assertThat(bench.build(lines)).doesNotContain(" ---> Using cache");
    }
  }

  @Test
  void shouldPushAndGiveWhatWasPushedToAnotherRun(@TempDir Path folder) throws Exception {
    try (Workbench bench = bench(folder)) {
      ImageReference app = image("team/app:1");
      Files.writeString(
          bench.context.resolve("Dockerfile"), "FROM test.local/base:1\nRUN echo mine > /mine\n");
      bench.build(bench.run, bench.context, app.familiar());
      assertThat(bench.run.digest(app)).isEmpty();
      String digest = push(bench.run, app);
      assertThat(bench.run.digest(app)).contains(digest);

      try (EngineRun other = bench.newRun()) {
        assertThat(other.digest(app)).isEmpty();
        ImageReference next = image("team/next:1");
        Files.writeString(
            bench.context.resolve("Dockerfile"),
            "FROM " + app.familiar() + "\nRUN cat /mine > /yours\n");
        bench.build(other, bench.context, next.familiar());
        assertThat(bench.last.runtimeBase().digest()).isEqualTo(digest);
        assertThat(other.digest(app)).contains(digest);
        push(other, next);
      }
    }
  }

  @Test
  void shouldNotUseWhatAnotherRunBuilt(@TempDir Path folder) throws Exception {
    try (Workbench bench = bench(folder);
        EngineRun other = bench.newRun()) {
      ImageReference app = image("secret/app:1");
      Files.writeString(bench.context.resolve("Dockerfile"), "FROM test.local/base:1\n");
      bench.build(bench.run, bench.context, app.familiar());

      assertThatThrownBy(() -> other.push(app, (bytes, offset, length) -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("does not exist locally with the tag: " + app.familiar());
      Files.writeString(bench.context.resolve("Dockerfile"), "FROM " + app.familiar() + "\n");
      assertThatThrownBy(() -> bench.build(other, bench.context, "test.local/x:1"))
          .isInstanceOf(EngineException.class);
    }
  }

  @Test
  void shouldPushItsOwnWhenTwoRunsBuildOneName(@TempDir Path folder) throws Exception {
    try (Workbench bench = bench(folder);
        EngineRun other = bench.newRun()) {
      ImageReference app = image("both/app:1");
      Files.writeString(
          bench.context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /first\n");
      bench.build(bench.run, bench.context, app.familiar());
      Files.writeString(
          bench.context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /second\n");
      bench.build(other, bench.context, app.familiar());
      String second = push(other, app);
      String first = push(bench.run, app);
      assertThat(first).isNotEqualTo(second);
      assertThat(bench.run.digest(app)).contains(first);
      assertThat(other.digest(app)).contains(second);
    }
  }

  @Test
  void shouldRunStepsThatReachOneAnother(@TempDir Path folder) throws Exception {
    try (Workbench bench = bench(folder)) {
      bench.env.put("WORDS", "two words");
      bench.container(
          "test.local/base:1",
          List.of("/bin/sh", "-c", "echo \"up $WORDS\" > /workspace/up; exec sleep 60"),
          "server",
          true);
      String seen =
          bench.container(
              "test.local/base:1",
              List.of(
                  "/bin/bash",
                  "-c",
                  "while ! test -s /workspace/up; do sleep 0.1; done; cat /workspace/up; pwd;"
                      + " hostname; (echo > /dev/tcp/server/4711) 2>&1 | grep -q 'Connection"
                      + " refused' && echo refused; test -d \"$HOME\" && touch \"$HOME/x\" && echo"
                      + " home"),
              "client",
              false);
      assertThat(seen).isEqualTo("up two words\n/\nclient\nrefused\nhome");
      bench.run.stop("server", Duration.ofMillis(200));
      bench.container("test.local/base:1", List.of("/bin/sh", "-c", "exit 7"), "failing", false);
      assertThat(bench.exitCode).isEqualTo(7);
    }
  }

  @Test
  void shouldStopRemoveWaitForAndReadContainersByName(@TempDir Path folder) throws Exception {
    try (Workbench bench = bench(folder)) {
      String base = "test.local/base:1";
      String script = "trap 'echo asked; exit 5' TERM; echo up; touch /workspace/%s; ";
      bench.container(
          base,
          List.of("/bin/bash", "-c", script.formatted("one") + "while :; do sleep 0.1; done"),
          "server",
          true);
      while (!Files.exists(bench.workspace.resolve("one"))) {
        Thread.sleep(20);
      }
      assertThatThrownBy(() -> bench.run.remove("server", false))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("running container")
          .hasMessageContaining("server");
      AtomicReference<Integer> code = new AtomicReference<>();
      Thread waiting =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  code.set(bench.run.waitFor("server"));
                } catch (EngineException | InterruptedException failed) {
                  code.set(-1);
                }
              });
      bench.run.stop("server", Duration.ofSeconds(20));
      waiting.join();
      assertThat(code.get()).isEqualTo(5);
      assertThat(bench.run.waitFor("server")).isEqualTo(5);
      bench.run.stop("server", Duration.ofSeconds(1));
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      bench.run.logs("server", printed::write);
      assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("up\nasked\n");
      bench.run.remove("server", false);

      bench.keep = true;
      bench.container(base, List.of("/bin/sh", "-c", "echo kept"), "kept", false);
      printed.reset();
      bench.run.logs("kept", printed::write);
      assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("kept\n");
      bench.keep = false;
      bench.container(base, List.of("/bin/sh", "-c", "echo gone"), "gone", false);
      for (String name : List.of("server", "gone", "never")) {
        assertThatThrownBy(() -> bench.run.logs(name, printed::write))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("o such")
            .hasMessageContaining(name);
        assertThatThrownBy(() -> bench.run.stop(name, Duration.ZERO))
            .isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> bench.run.remove(name, true)).isInstanceOf(EngineException.class);
        assertThatThrownBy(() -> bench.run.waitFor(name)).isInstanceOf(EngineException.class);
      }
    }
  }

  @Test
  void shouldMountSecretsAndKeepThemOut(@TempDir Path folder) throws Exception {
    try (Workbench bench = bench(folder)) {
      bench.secrets.put("token", Files.writeString(folder.resolve("secret.txt"), "hush"));
      bench.build(
          "FROM test.local/base:1",
          "RUN --mount=type=secret,id=token test \"$(cat /run/secrets/token)\" = hush",
          "RUN --mount=type=tmpfs,target=/scratch echo gone > /scratch/file");
      assertThat(bench.sh("cat /run/secrets/token /scratch/file 2>&1 | grep -c 'No such file'"))
          .isEqualTo("2");
    }
  }

  @Test
  void shouldSayWhatFailed(@TempDir Path folder) throws Exception {
    try (Workbench bench = bench(folder)) {
      assertThatThrownBy(() -> bench.build("FROM test.local/base:1", "RUN exit 3"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("The command '/bin/sh -c exit 3' returned a non-zero code: 3");
      assertThatThrownBy(() -> bench.build("FROM test.local/base:1", "COPY nothing /"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("nothing");
      assertThatThrownBy(() -> bench.build("FROM test.local/base:1", "FETCH x"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("FETCH");
      assertThatThrownBy(
              () -> bench.run.pull(image("absent/image:1"), (bytes, offset, length) -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("absent/image");
    }
  }

  @Test
  void shouldEndAtAnInterrupt(@TempDir Path folder) throws Exception {
    AtomicReference<Throwable> ended = new AtomicReference<>();
    try (Workbench bench = bench(folder)) {
      Thread thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  bench.container(
                      "test.local/base:1",
                      List.of("/bin/sh", "-c", "touch /workspace/begun; sleep 4713 & sleep 4714"),
                      "long",
                      false);
                } catch (Throwable problem) {
                  ended.set(problem);
                }
              });
      while (thread.isAlive() && !Files.exists(bench.workspace.resolve("begun"))) {
        Thread.sleep(20);
      }
      thread.interrupt();
      thread.join(Duration.ofSeconds(30));
      assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    }
    assertThat(ProcessHandle.allProcesses().map(p -> p.info().commandLine().orElse("")))
        .noneMatch(line -> line.contains("sleep 471"));
  }
}
