package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.BuiltinOptions.PortRange;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.RegistryOptions;
import io.slipway.builder.support.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dockerfiles and containers on this machine's kernel, with each launcher. */
@Timeout(60)
class BuiltinEngineTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void theArticlesKindOfDockerfile(String launcher) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      bench.buildArgs.put("REGISTRY_NAME", "test.local");
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
          .contains("Step 1/6 : ARG REGISTRY_NAME", "Step 6/6 : CMD", " ---> Running in ")
          .contains("Removing intermediate container", "Successfully tagged test.local/result:1");
      assertThat(bench.container("test.local/result:1", List.of(), "a", false)).isEqualTo("listen");
      assertThat(bench.sh("cat /src/done /src/who")).isEqualTo("installed\n0");

      assertThat(
              bench.build(
                  "FROM test.local/base:1",
                  "COPY app /src",
                  "RUN cd /src && echo installed > done && id -u > who"))
          .contains(" ---> Using cache");
      assertThat(bench.last.cachedSteps()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void whatARunChangesIsTheLayerAndNothingElse(String launcher) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      bench.build(
          "FROM test.local/base:1",
          "RUN mkdir -p /d/e && echo 1 > /d/e/f && ln -s f /d/e/l && ln /d/e/f /d/e/h && chmod 4755"
              + " /d/e/f",
          "RUN rm -rf /d/e && mkdir /d/e && echo 2 > /d/e/g && chown 1000:1001 /d/e/g",
          "RUN ls -a / > /root-list; ls /etc >> /root-list");
      assertThat(bench.sh("ls /d/e; stat -c '%u:%g %a' /d/e/g")).isEqualTo("g\n1000:1001 644");
      assertThat(bench.sh("cat /root-list")).doesNotContain("workspace");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void usersEnvironmentAndShell(String launcher) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      bench.buildArgs.put("GIVEN", "from-user");
      bench.build(
          "FROM test.local/base:1",
          "ARG GIVEN=default",
          "ARG OTHER=${GIVEN}-x",
          "ENV A=1 B=\"two words\"",
          "ENV C=$A$OTHER",
          "WORKDIR /home/app",
          "RUN chown 1000:1001 .",
          "USER app",
          "RUN echo \"$A|$B|$C|$GIVEN|$HOME|$(id -u):$(id -g):$(id -G)|$(ls -ld . | wc -l)\" > out",
          "SHELL [\"/bin/sh\", \"-e\", \"-c\"]",
          "RUN touch shelled");
      assertThat(bench.sh("cat out; ls"))
          .isEqualTo(
              "1|two words|1from-user-x|from-user|/home/app|1000:1001:1001 77|1\nout\nshelled");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void mountsOfRun(String launcher) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      Path secret = Files.writeString(folder.resolve("secret.txt"), "hush");
      bench.secrets.put("token", secret);
      bench.file("in/a.txt", "context");
      bench.build(
          "FROM test.local/base:1 AS tools",
          "RUN echo tool > /tool",
          "FROM test.local/base:1",
          "RUN --mount=type=secret,id=token cat /run/secrets/token > /tmp/x && test \"$(cat"
              + " /tmp/x)\" = hush && rm /tmp/x",
          "RUN --mount=type=cache,target=/cache echo kept > /cache/file",
          "RUN --mount=type=cache,target=/cache cat /cache/file > /from-cache",
          "RUN --mount=type=bind,source=in,target=/in cat /in/a.txt > /from-context",
          "RUN --mount=from=tools,source=/tool,target=/t cat /t > /from-stage",
          "RUN --mount=type=tmpfs,target=/scratch echo gone > /scratch/file");
      assertThat(
              bench.sh(
                  "cat /from-cache /from-context /from-stage; ls /cache /scratch /run/secrets 2>&1"
                      + " | grep -c No"))
          .isEqualTo("kept\ncontext" + "tool\n3");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void aContainerHasItsOwnNamespaces(String launcher) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      bench.build("FROM test.local/base:1", "RUN true");
      assertThat(bench.sh("hostname; echo $$; cat /proc/1/comm")).isEqualTo("c\n1\nsh");
      assertThat(bench.sh("ls /proc | grep -c '^[0-9]'")).isIn("2", "3", "4");
      assertThat(bench.sh("cat /proc/self/status | grep CapEff")).endsWith("00000000a80405fb");
      assertThat(bench.sh("ls /sys/class/net")).contains("lo").doesNotContain("docker");
      assertThat(
              bench.sh(
                  "touch /proc/sys/kernel/shmmni && echo 4096 > /proc/sys/kernel/shmmni 2>&1; ls"
                      + " /.slipway"))
          .containsAnyOf("Read-only", "Permission denied", "No such file");
      bench.sh("exit 7");
      assertThat(bench.exitCode).isEqualTo(7);
    }
  }

  /** Raw frames pass by what a kernel decides for others. */
  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void nobodyOpensARawSocketUnlessTheAgentAllowsIt(String launcher) throws Exception {
    String packet = "socket(my $s, 17, 3, 0x300)";
    String raw = "socket(my $s, 2, 3, 1)";
    String open = "perl -e 'print ((%s) ? qq(open\\n) : qq($!\\n))'";
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      bench.build(
          "FROM test.local/base:1",
          "RUN ( %s; %s; grep CapBnd /proc/self/status ) > /tried"
              .formatted(open.formatted(packet), open.formatted(raw)));

      assertThat(bench.sh("cat /tried"))
          .isEqualTo("Operation not permitted\nOperation not permitted\nCapBnd:\t00000000a80405fb");
      assertThat(bench.sh(open.formatted(packet))).isEqualTo("Operation not permitted");
      // What ping takes instead.
      assertThat(bench.sh(open.formatted("socket(my $s, 2, 2, 1)"))).isEqualTo("open");
    }
    BuiltinOptions allowing =
        BuiltinOptions.in(folder.resolve("raw-engine"))
            .withLaunchers(List.of(launcher))
            .allowing(
                new BuiltinOptions.Allowed(
                    false, false, RegistryOptions.INTERNET, true, PortRange.NONE));
    try (Workbench bench = Workbench.builtin(folder.resolve("raw"), allowing)) {
      bench.build("FROM test.local/base:1", "RUN %s > /tried".formatted(open.formatted(packet)));
      assertThat(bench.sh("cat /tried; " + open.formatted(packet))).isEqualTo("open\nopen");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void aStepRunsWhateverItIsCalled(String launcher) throws Exception {
    String longest = "a.dot-and_" + "x".repeat(118);
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      for (String name : List.of("acb_step_0", longest, "..")) {
        String seen =
            bench.container(
                "test.local/base:1",
                List.of(
                    "/bin/bash",
                    "-c",
                    "[ $(hostname) = $(cat /etc/hostname) ] && hostname;"
                        + " grep -c \" *$(hostname)$\" /etc/hosts"),
                name,
                false);
        assertThat(seen.lines()).as(name).hasSize(2).last().isEqualTo("1");
        assertThat(seen.lines().findFirst().orElseThrow())
            .as(name)
            .matches("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void stepsReachOneAnotherAndTheirWorkspace(String launcher) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      bench.container(
          "test.local/base:1",
          List.of("/bin/sh", "-c", "echo up > /workspace/up; exec sleep 30"),
          "server",
          true);
      String seen =
          bench.container(
              "test.local/base:1",
              List.of(
                  "/bin/sh",
                  "-c",
                  "while ! test -e /workspace/up; do sleep 0.1; done; cat /workspace/up; grep"
                      + " server /etc/hosts"),
              "client",
              false);
      assertThat(seen).startsWith("up\n10.222.1.2\tserver");
      bench.run.stop("server", Duration.ofMillis(200));
    }
  }

  @Test
  void anIdIsTheNameOfItsOwnStepAlone() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "crun")) {
      for (String name : List.of("my_db", "my-db")) {
        bench.container("test.local/base:1", List.of("/bin/sleep", "30"), name, true);
      }
      String seen =
          bench.container(
              "test.local/base:1",
              List.of("/bin/sh", "-c", "grep my.db /etc/hosts"),
              "client",
              false);
      assertThat(seen).isEqualTo("10.222.1.2\tmy_db\n10.222.1.3\tmy-db");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void anInterruptEndsAllAndLeavesNothing(String launcher) throws Exception {
    AtomicReference<Throwable> ended = new AtomicReference<>();
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      bench.build("FROM test.local/base:1");
      Thread thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  bench.container(
                      "test.local/base:1",
                      List.of("/bin/sh", "-c", "touch /workspace/begun; sleep 4711 & sleep 4712"),
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
      thread.join(Duration.ofSeconds(20));
      assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    }
    assertThat(ProcessHandle.allProcesses().map(p -> p.info().commandLine().orElse("")))
        .noneMatch(line -> line.contains("sleep 471"));
    assertThat(Files.list(folder.resolve("engine/scratch"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"runc"})
  void failuresSayWhatAndWhere(String launcher) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      assertThatThrownBy(() -> bench.build("FROM test.local/base:1", "RUN exit 3"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("line 2")
          .hasMessageContaining("The command '/bin/sh -c exit 3' returned a non-zero code: 3");
      assertThatThrownBy(() -> bench.build("FROM test.local/base:1", "COPY nothing /"))
          .hasMessageContaining("'nothing' not found");
      assertThatThrownBy(() -> bench.build("FROM test.local/base:1", "RUN --mount=type=ssh true"))
          .hasMessageContaining("type=ssh")
          .hasMessageContaining("--mount=type=secret");
      assertThatThrownBy(() -> bench.build("# syntax=example/front:1", "FROM test.local/base:1"))
          .hasMessageContaining("example/front:1");
      bench.target = "absent";
      assertThatThrownBy(() -> bench.build("FROM test.local/base:1"))
          .hasMessageContaining("build target absent");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"runc"})
  void anotherRunSeesNoneOfTheImages(String launcher) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, launcher);
        EngineRun other = bench.newRun()) {
      bench.file("Dockerfile", "FROM test.local/base:1\n");
      assertThatThrownBy(() -> bench.build(other, bench.context, "test.local/x:1"))
          .isInstanceOf(EngineException.class);
    }
  }
}
