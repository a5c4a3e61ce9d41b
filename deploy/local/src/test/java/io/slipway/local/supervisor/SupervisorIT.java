package io.slipway.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.local.machine.LoopbackPorts;
import io.slipway.local.state.LocalException;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Ports;
import io.slipway.local.state.StateFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills what the supervisor runs, and the supervisor. */
class SupervisorIT {
  @TempDir Path folder;
  private final Ports ports = freePorts();
  private StateFolder state;
  private Process supervisor;

  @AfterEach
  void stop() throws Exception {
    if (supervisor != null) {
      supervisor.destroy();
      assertThat(supervisor.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shouldKeepItsPartsRunningAndItsSecretsToItselfAndLeaveNothingBehind() throws Exception {
    state = new StateFolder(folder.resolve("state"));
    start();
    assertThatNobodyElseReadsItsSecrets();

    // A part that is killed is started again, and what it kept is there.
    execute("create table kept (id int)");
    for (String part : List.of("postgres", "kafka")) {
      ProcessHandle killed = process(part).orElseThrow();
      killed.destroyForcibly();
      await(
          part + " runs again",
          () -> process(part).filter(p -> p.pid() != killed.pid()).isPresent());
    }
    execute("insert into kept values (1)");

    // Two supervisors in one folder would ruin it.
    assertThatThrownBy(() -> SupervisorLock.take(state)).isInstanceOf(LocalException.class);

    // A supervisor that is killed takes its parts with it.
    List<ProcessHandle> parts =
        List.of(process("kafka").orElseThrow(), process("postgres").orElseThrow());
    supervisor.destroyForcibly().waitFor();
    await("no part is left", () -> parts.stream().noneMatch(ProcessHandle::isAlive));

    // The next one goes on where it was, and ends in order when it is asked to.
    start();
    execute("insert into kept values (2)");
    List<ProcessHandle> again =
        List.of(process("kafka").orElseThrow(), process("postgres").orElseThrow());
    supervisor.destroy();
    assertThat(supervisor.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(again).noneMatch(ProcessHandle::isAlive);
    assertThat(SupervisorLock.holder(state)).isEmpty();
  }

  @Test
  void shouldSayWhichPortIsTakenBeforeItStartsAnything() throws Exception {
    state = new StateFolder(folder.resolve("taken"));
    try (var taken = new ServerSocket(ports.identity(), 1, InetAddress.getByName("127.0.0.1"))) {
      Supervisor refused =
          new Supervisor(
              state,
              PlatformSettings.fresh(ports.base()),
              () -> {
                throw new AssertionError("something was started");
              },
              line -> {});
      assertThatThrownBy(refused::start)
          .isInstanceOf(LocalException.class)
          .hasMessageContaining("Port " + taken.getLocalPort() + " (identity-service) is taken");
    }
  }

  private void assertThatNobodyElseReadsItsSecrets() throws Exception {
    for (Path own :
        List.of(
            state.root(),
            state.keys(),
            state.keys().resolve("kafka"),
            state.secrets(),
            state.config(),
            state.tls())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
          .isEqualTo("rwx------");
    }
    for (String file :
        List.of(
            "keys/db-taskapi.password",
            "keys/kafka/admin.password",
            "keys/kafka/run-agent-2.password",
            "config/kafka-admin.properties",
            "config/kafka-admin.kcat",
            "kafka/server.properties",
            "tls/ca.key",
            "tls/server.key",
            "postgres/superuser.password")) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(state.root().resolve(file))))
          .as(file)
          .isEqualTo("rw-------");
    }
  }

  private void start() throws IOException {
    Path log = folder.resolve("supervisor.out");
    supervisor =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dslipway.root=" + System.getProperty("slipway.root"),
                "-cp",
                System.getProperty("java.class.path"),
                InfrastructureOnly.class.getName(),
                state.root().toString(),
                Integer.toString(ports.base()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    await(
        "the supervisor is ready",
        () -> {
          assertThat(supervisor.isAlive()).as(() -> read(log)).isTrue();
          return read(Supervisor.readyFile(state)).strip().equals(supervisor.pid() + "");
        });
  }

  private void execute(String sql) throws Exception {
    String password = Files.readString(state.keys().resolve("db-taskapi.password")).strip();
    String url = "jdbc:postgresql://127.0.0.1:" + ports.postgres() + "/slipway";
    try (Connection connection = DriverManager.getConnection(url, "taskapi", password);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Optional<ProcessHandle> process(String part) {
    String pid = read(state.pid(part)).strip();
    return pid.isEmpty()
        ? Optional.empty()
        : ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException none) {
      return "";
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      try {
        Thread.sleep(100);
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
    }
  }

  /** Below those that the system gives to clients: one of them may have such a port meanwhile. */
  private static Ports freePorts() {
    while (true) {
      Ports ports = new Ports(20_000 + ThreadLocalRandom.current().nextInt(120) * 100);
      if (ports.needed(2, true).values().stream().allMatch(LoopbackPorts::isFree)) {
        return ports;
      }
    }
  }
}
