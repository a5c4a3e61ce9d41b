package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.BuiltinOptions.RunLimits;
import io.slipway.builder.EngineException;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.Limits;
import io.slipway.builder.support.OciLayout;
import io.slipway.builder.support.Workbench;
import io.slipway.taskfile.build.NamedContexts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a step cannot do to the machine and to others. */
@Timeout(120)
class StepBordersTest {
  @TempDir Path folder;

  private Workbench bench(String launcher) throws Exception {
    Workbench bench = Workbench.builtin(folder, launcher);
    bench.build("FROM test.local/base:1");
    return bench;
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void shouldSeeNothingOfTheAgent(String launcher) throws Exception {
    System.setProperty("planted", "planted-secret-in-a-property");
    try (Workbench bench = bench(launcher)) {
      bench.env.put("OWN", "own-value");
      String seen =
          bench.sh(
              "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null; echo;"
                  + " ls -d /proc/[0-9]* | wc -l");
      assertThat(seen).contains("own-value");
      assertThat(seen).doesNotContain("planted", "java", "surefire", "slipway");
      for (String key : System.getenv().keySet()) {
        if (!List.of("PATH", "HOME", "HOSTNAME", "PWD", "OLDPWD", "SHLVL", "_").contains(key)) {
          assertThat(seen).doesNotContain(key + "=");
        }
      }
      assertThat(
              bench.sh("exec 2>&1; wc -c < /proc/kcore; echo x > /proc/sys/kernel/hostname; id -u"))
          .doesNotContain("14073748")
          .endsWith("0");
      assertThat(bench.sh("touch /sys/x /proc/sys/x 2>/dev/null || echo refused"))
          .isEqualTo("refused");
    }
  }

  @Test
  void shouldNotReachTheMachine() throws Exception {
    try (Workbench bench = bench("runc");
        ServerSocket machine = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (String target :
          List.of("127.0.0.1/" + machine.getLocalPort(), "10.222.0.2/" + machine.getLocalPort())) {
        String seen =
            bench.container(
                "test.local/result:1",
                List.of(
                    "/bin/bash",
                    "-c",
                    "(timeout 3 bash -c 'echo > /dev/tcp/"
                        + target
                        + "') 2>/dev/null && echo open"),
                "c",
                false);
        assertThat(seen).as(target).doesNotContain("open");
      }
    }
  }

  /** A program of both kinds that says which of some system calls are refused. */
  private static final String CALLS =
      """
      #include <errno.h>
      #include <stdio.h>
      #include <sys/socket.h>
      #include <sys/syscall.h>
      #include <unistd.h>
      static void say(const char *name, long answer) {
        printf("%s %d\\n", name, answer < 0 ? errno : 0);
      }
      int main(void) {
        say("unshare", syscall(SYS_unshare, 0x10000000));
        say("keyctl", syscall(SYS_keyctl, 0, -3, 1));
        say("unknown", syscall(1999));
        say("vsock", socket(40, SOCK_STREAM, 0));
        say("clone3", syscall(435, 0, 0));
        say("unix", socket(AF_UNIX, SOCK_STREAM, 0));
        say("personality", syscall(SYS_personality, 0xffffffff));
        return 0;
      }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void shouldMakeNoSystemCallThatIsNotListed(String launcher) throws Exception {
    Path source = Files.writeString(folder.resolve("calls.c"), CALLS);
    try (Workbench bench = bench(launcher)) {
      Path program = bench.workspace.resolve("calls");
      Process compiler =
          new ProcessBuilder("gcc", "-static", "-o", program.toString(), source.toString())
              .inheritIO()
              .start();
      assertThat(compiler.waitFor()).isZero();

      // runc says of a call that is newer than its list that there is none.
      assertThat(bench.sh("/workspace/calls").replace("unknown 38", "unknown 1"))
          .isEqualTo("unshare 1\nkeyctl 1\nunknown 1\nvsock 1\nclone3 38\nunix 0\npersonality 0");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void shouldLeaveNoDaemonBehind(String launcher) throws Exception {
    try (Workbench bench = bench(launcher)) {
      AtomicReference<Throwable> ended = new AtomicReference<>();
      Thread step =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  bench.sh(
                      "(setsid sh -c 'sleep 4817 & sleep 4818 &' &) ; trap '' TERM INT HUP;"
                          + " touch /workspace/begun; sleep 4819 & wait; sleep 4820");
                } catch (Throwable problem) {
                  ended.set(problem);
                }
              });
      while (step.isAlive() && !Files.exists(bench.workspace.resolve("begun"))) {
        Thread.sleep(20);
      }
      step.interrupt();
      assertThat(step.join(Duration.ofSeconds(20))).isTrue();
      assertThat(ended.get()).isInstanceOf(InterruptedException.class);
      assertThat(sleeping("481")).isZero();
      assertThat(sleeping("4820")).isZero();
      // A daemon does not outlive the step that started it either.
      bench.sh("(setsid sh -c 'sleep 4821 &' &); sleep 0.2");
      assertThat(sleeping("4821")).isZero();
    }
  }

  private static long sleeping(String time) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains("sleep " + time))
        .count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void shouldTakeNoWordOfATaskForACommandOfTheMachine(String launcher) throws Exception {
    String word =
        "$(touch " + folder.resolve("escaped") + ")`touch " + folder.resolve("tick") + "`";
    try (Workbench bench = bench(launcher)) {
      bench.env.put("WORD", word);
      // No Dockerfile makes such an image, but a registry may have one.
      Path layout = folder.resolve("layout");
      String signal = "{\"StopSignal\":\"'; touch " + folder.resolve("signal") + "\"}";
      OciLayout.write(layout, "v1", "/x", "x", signal);
      NamedContexts<ExtraContext> foreign =
          NamedContexts.of(Map.of("foreign", new ExtraContext.Layout(layout, "v1", null)));
      bench.request = request -> request.contexts(foreign);
      bench.build(
          "FROM foreign",
          "COPY --from=test.local/base:1 / /",
          "ENV HELD='" + word + "'",
          "WORKDIR /a';touch " + folder.resolve("workdir") + ";'");
      bench.container(
          "test.local/result:1",
          List.of("/bin/sh", "-c", "echo \"$HELD$WORD\"; touch /workspace/up; exec sleep 60"),
          "c1",
          true);
      while (!Files.exists(bench.workspace.resolve("up"))) {
        Thread.sleep(20);
      }
      bench.run.stop("c1", Duration.ofSeconds(30));
      bench.limits = new Limits(0, 0, null, 0, 0, Map.of("nofile; touch /x", "1"));
      assertThatThrownBy(() -> bench.sh("true"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("there is no such resource");
      bench.limits = new Limits(0, 0, null, 0, 0, Map.of("nofile", "1;touch /x"));
      assertThatThrownBy(() -> bench.sh("true")).isInstanceOf(EngineException.class);
      assertThatThrownBy(() -> bench.container("test.local/x$(id):1", List.of("true"), "c", false))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String name : List.of("escaped", "tick", "signal", "workdir")) {
      assertThat(folder.resolve(name)).doesNotExist();
    }
  }

  @Test
  void shouldHoldAForkBomb() throws Exception {
    try (Workbench bench = bench("runc")) {
      bench.limits = new Limits(0, 0, null, 20, 0, Map.of());
      assertThat(
              bench.container(
                  "test.local/result:1",
                  List.of(
                      "/bin/bash",
                      "-c",
                      "for i in {1..60}; do sleep 5 & done 2>/workspace/errors; jobs -r | wc -l"),
                  "bomb",
                  false))
          .satisfies(
              running -> assertThat(running.isEmpty() || Long.parseLong(running) < 20).isTrue());
      assertThat(bench.workspace.resolve("errors")).content().contains("fork");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void shouldKeepLimitsOfResources(String launcher) throws Exception {
    try (Workbench bench = bench(launcher)) {
      bench.limits = new Limits(0, 0, "0", 0, 8 << 20, Map.of("nofile", "64:128", "core", "0"));
      assertThat(
              bench.container(
                  "test.local/result:1",
                  List.of(
                      "/bin/bash",
                      "-c",
                      "ulimit -n; ulimit -Hn; grep Cpus_allowed_list /proc/self/status;"
                          + " dd if=/dev/zero of=/dev/shm/x bs=1024 count=16000 2>/dev/null;"
                          + " stat -c %s /dev/shm/x"),
                  "limited",
                  false))
          .isEqualTo("64\n128\nCpus_allowed_list:\t0\n" + (8 << 20));
    }
  }

  @Test
  void shouldEndAStepThatFillsTheDisk() throws Exception {
    BuiltinOptions options =
        BuiltinOptions.in(folder.resolve("engine"))
            .limited(1L << 30, 1L << 30, new RunLimits(0, 0, 1000, 64L << 20, 0));
    try (Workbench bench = Workbench.builtin(folder, options)) {
      String fill = "while true; do dd if=/dev/zero bs=1024 count=20000 2>/dev/null; done > ";
      bench.build("FROM test.local/base:1");
      for (String file : List.of("/full", "/workspace/full")) {
        assertThatThrownBy(() -> bench.sh(fill + file))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("wrote more than 64 MiB")
            .hasMessageContaining("slipway.agent.disk-limit");
        Files.deleteIfExists(bench.workspace.resolve("full"));
      }
      assertThatThrownBy(() -> bench.build("FROM test.local/base:1", "RUN " + fill + "/full"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("wrote more than 64 MiB");
      // Holes take nothing.
      assertThat(
              bench.sh("dd if=/dev/zero of=/hole bs=1 count=1 seek=9000000000; sleep 2; echo ok"))
          .endsWith("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void shouldEndAStepThatTakesTooMuchMemory(String launcher) throws Exception {
    BuiltinOptions options =
        BuiltinOptions.in(folder.resolve("engine"))
            .withLaunchers(List.of(launcher))
            .limited(1L << 30, 1L << 30, new RunLimits(64L << 20, 0, 1000, 1L << 30, 0));
    try (Workbench bench = Workbench.builtin(folder, options)) {
      bench.build("FROM test.local/base:1");
      // A block of this size is held in memory at once.
      String eat = "dd if=/dev/zero of=/dev/null bs=%d count=1";
      assertThatThrownBy(() -> bench.sh(eat.formatted(200_000_000)))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("ended with 137: out of memory (OOM)")
          .hasMessageContaining("the limit of the run is 64 MiB")
          .hasMessageContaining("slipway.agent.memory-limit");
      assertThatThrownBy(
              () -> bench.build("FROM test.local/base:1", "RUN " + eat.formatted(200_000_000)))
          .hasMessageContaining("the limit of the run is 64 MiB");

      // The limit is that of all containers of the run, whatever each of them may have.
      bench.limits = Limits.of(48L << 20, 0);
      bench.container(
          "test.local/result:1",
          List.of("/bin/sh", "-c", "dd if=/dev/zero of=/dev/shm/x bs=1024 count=40000; sleep 60"),
          "other",
          true);
      bench.limits = Limits.NONE;
      assertThatThrownBy(() -> bench.sh("sleep 1; " + eat.formatted(40_000_000)))
          .hasMessageContaining("out of memory (OOM)");
      bench.run.remove("other", true);

      assertThat(bench.sh(eat.formatted(10_000_000) + " 2>/dev/null; echo small"))
          .isEqualTo("small");
    }
  }
}
