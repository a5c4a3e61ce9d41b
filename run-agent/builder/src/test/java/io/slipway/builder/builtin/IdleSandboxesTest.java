package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.ContainerSpec;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.EngineRun;
import io.slipway.builder.Limits;
import io.slipway.builder.RunEnvironment;
import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.builder.support.Workbench;
import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.ContainerOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which sandboxes are used again, and by whom. */
@Timeout(60)
class IdleSandboxesTest {
  private static final String NETWORK = "perl -e 'print readlink \"/proc/self/ns/net\"'";

  /** Takes a port, and closes a connection to it as the first of both. */
  private static final String SERVE =
      """
      perl -e '
        socket(L, 2, 1, 0); bind(L, pack("S n a4 x8", 2, 7000, "\\0\\0\\0\\0")) || die "bind: $!";
        listen(L, 1);
        if (!fork) {
          socket(C, 2, 1, 0); connect(C, pack("S n a4 x8", 2, 7000, "\\x7f\\0\\0\\x01"));
          sysread(C, $end, 1); exit;
        }
        accept(A, L); close(A); wait' && \
      """;

  @TempDir Path folder;

  private Workbench bench;
  private ConnectionPool connections;
  private Set<Long> before;

  @BeforeEach
  void open() throws Exception {
    connections = ConnectionPool.builder().build();
    bench = Workbench.builtin(folder, "crun");
    bench.engine.probes();
    before = sandboxes();
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
    connections.close();
    assertThat(sandboxes()).as("what is left once the engine is closed").isEmpty();
  }

  /** Process ids of the programs that hold sandboxes. */
  private Set<Long> sandboxes() {
    Set<Long> all =
        ProcessHandle.current()
            .children()
            .filter(each -> each.info().command().orElse("").endsWith("/unshare"))
            .map(ProcessHandle::pid)
            .collect(Collectors.toSet());
    if (before != null) {
      all.removeAll(before);
    }
    return all;
  }

  private EngineRun begin(String tenant) throws Exception {
    EngineRun run =
        bench.engine.openRun(
            new RunEnvironment(
                "run-" + UUID.randomUUID(),
                () -> bench.workspace,
                new RegistryCalls(connections, CredentialSource.none()),
                tenant,
                "caches"));
    run.feed();
    bench.build(run, folder.resolve("base"), "test.local/base:1");
    return run;
  }

  private String step(EngineRun run, String command, UnaryOperator<ContainerOptions.Builder> with)
      throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int code =
        run.run(
            new ContainerSpec(
                "c" + UUID.randomUUID(),
                ImageReference.of("test.local/base:1"),
                List.of("/bin/bash", "-c", command),
                with.apply(ContainerOptions.builder().env(Map.of())).build(),
                null,
                Map.of(),
                Limits.NONE),
            printed::write);
    return code + printed.toString(StandardCharsets.UTF_8);
  }

  private Set<Long> afterARun(String tenant) throws Exception {
    try (EngineRun run = begin(tenant)) {
      assertThat(step(run, "exit 3", with -> with)).isEqualTo("3");
      assertThat(step(run, "exit 4", with -> with.network(RunNetworks.DEFAULT))).isEqualTo("4");
    }
    return sandboxes();
  }

  @Test
  void shouldLendAnEmptyOneToTheNextRunOfTheSameTenant() throws Exception {
    Set<Long> first = afterARun("mine");
    assertThat(first).hasSize(1);
    assertThat(afterARun("mine")).isEqualTo(first);
    assertThat(afterARun("yours")).hasSize(2).containsAll(first);

    try (EngineRun run = begin("mine")) {
      String address = "mapfile -t all < /etc/hosts; echo \" ${all[-1]%%[!0-9.]*}\"";
      assertThat(step(run, address, with -> with)).startsWith("0 10.222.1.");
      assertThat(sandboxes()).hasSize(2).containsAll(first);
    }
  }

  private String network(EngineRun run) throws Exception {
    return step(run, NETWORK, with -> with);
  }

  @Test
  void shouldLendANetworkToTheNextContainerThatCannotChangeIt() throws Exception {
    String kept;
    try (EngineRun run = begin("mine")) {
      kept = network(run);
      assertThat(kept).startsWith("0net:");
      assertThat(network(run)).isEqualTo(kept);
      assertThat(step(run, NETWORK + "; exit 3", with -> with)).isEqualTo("3" + kept.substring(1));
    }
    try (EngineRun run = begin("mine")) {
      assertThat(network(run)).isEqualTo(kept);
      assertThat(step(run, NETWORK, with -> with.ports(List.of("18080:80")))).isNotEqualTo(kept);
      assertThat(network(run)).isEqualTo(kept);
      // While it is there: the kernel gives its number to the next one when it is gone.
      try (EngineRun other = begin("yours")) {
        assertThat(network(other)).startsWith("0net:").isNotEqualTo(kept);
      }
    }
  }

  @Test
  void shouldLendNoNetworkInWhichAClosedConnectionHoldsAPort() throws Exception {
    try (EngineRun run = begin("mine")) {
      String kept = network(run);
      String serves = step(run, SERVE + NETWORK, with -> with);
      assertThat(serves).isEqualTo(kept);
      assertThat(step(run, SERVE + NETWORK, with -> with)).startsWith("0net:").isNotEqualTo(kept);
    }
  }

  @Test
  void shouldLendNoNetworkOfAContainerThatASignalEnded() throws Exception {
    try (EngineRun run = begin("mine")) {
      String kept = network(run);
      assertThat(step(run, "exit 137", with -> with)).isEqualTo("137");
      assertThat(network(run)).startsWith("0net:").isNotEqualTo(kept);
    }
    assertThat(sandboxes()).isEmpty();
  }

  @Test
  void shouldEndWithARunWhatWasUsedForMoreThanPlainSteps() throws Exception {
    try (EngineRun run = begin("mine")) {
      step(run, "sleep 50", with -> with.detach(true));
      assertThat(sandboxes()).hasSize(1);
    }
    assertThat(sandboxes()).isEmpty();

    try (EngineRun run = begin("mine")) {
      Files.writeString(
          bench.context.resolve("Dockerfile"), "FROM test.local/base:1\nRUN echo 1 > /one\n");
      bench.build(run, bench.context, "test.local/result:1");
      assertThat(sandboxes()).hasSize(1);
    }
    assertThat(sandboxes()).isEmpty();

    try (EngineRun run = begin("mine")) {
      Thread step = Thread.currentThread();
      Thread killer = Thread.ofVirtual().unstarted(step::interrupt);
      assertThatThrownBy(() ->
              step(
                  run,
                  "sleep 50",
                  with -> {
                    killer.start();
                    return with;
                  }))
          .isInstanceOf(InterruptedException.class);
    }
    assertThat(sandboxes()).isEmpty();
  }

  @Test
  void shouldEndAfterAWhile() throws Exception {
    assertThat(afterARun("mine")).hasSize(1);
    long until = System.nanoTime() + 4 * IdleSandboxes.IDLE.toNanos();
    while (!sandboxes().isEmpty() && System.nanoTime() < until) {
      Thread.sleep(100);
    }
    assertThat(sandboxes()).isEmpty();
  }
}
