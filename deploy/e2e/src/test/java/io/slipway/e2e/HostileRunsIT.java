package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Steps that attack the machine, the platform or other runs. Whatever they do is bounded, and
 * nothing of it reaches beyond the step. The list of all cases is {@code docs/hostile-input.md}.
 */
@ExtendWith(SameAgents.class)
@Order(18)
class HostileRunsIT {
  private static final Workshop WORKSHOP = Workshop.shared();

  // --- Floods

  @ConcurrentTest
  void shouldCutALogOfAGibibyte() throws IOException {
    RunEnd end =
        endWithoutLog(
            "steps:\n"
                + "  - cmd: $Registry/base/shell:1 sh -c 'yes 0123456789 | head -c"
                + " 1073741824'\n");

    assertThat(end.status()).isEqualTo("Succeeded");
    WORKSHOP.api().awaitLog(end.id());
    long length = 0;
    String tail = "";
    try (InputStream log = WORKSHOP.api().openLog(end.id())) {
      byte[] buffer = new byte[1 << 16];
      for (int read = log.read(buffer); read >= 0; read = log.read(buffer)) {
        length += read;
        tail = tail + new String(buffer, 0, read, StandardCharsets.UTF_8);
        tail = tail.substring(Math.max(0, tail.length() - 2000));
      }
    }
    assertThat(length).isLessThan(100_000_000);
    assertThat(tail)
        .contains("The log is longer than its limit; the rest of the output is left out.")
        .contains("was successful after");
  }

  @ConcurrentTest
  void shouldEndAStepThatEatsTheDiskAndGoOnWithTheNextRun() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: eater
                    cmd: $Registry/base/shell:1 sh -c 'head -c 40000000000 /dev/zero > all-of-it'
                    timeout: 200
                """)
            .failed();

    assertThat(end.error()).contains("eater", "2048 MiB", "slipway.agent.disk-limit");
    RunEnd next =
        WORKSHOP.run("steps:\n  - cmd: $Registry/base/shell:1 sh -c 'echo 1 > f; wc -c f'\n");
    assertThat(next.succeeded().log()).contains("2 f");
  }

  @ConcurrentTest
  void shouldBearALineWithoutAnEnd() {
    RunEnd end =
        endWithoutLog(
            "steps:\n"
                + "  - cmd: $Registry/base/shell:1 sh -c 'head -c 50000000 /dev/zero | tr \"\\\\0\""
                + " x; echo; echo after it'\n");

    assertThat(end.status()).isEqualTo("Succeeded");
    assertThat(end.run().toString().length()).isLessThan(20_000);
  }

  private static RunEnd endWithoutLog(String yaml) {
    String runId = WORKSHOP.start(yaml);
    JsonNode run = WORKSHOP.api().finished(runId, Workshop.RUN_LIMIT);
    List<EventTap.Event> events = WORKSHOP.events().of(runId);
    return new RunEnd(runId, run, events, "");
  }

  @ConcurrentTest
  void shouldBoundTheNumberOfProcesses() {
    RunEnd end =
        WORKSHOP.run(
            """
            steps:
              - id: bomb
                timeout: 60
                cmd: >-
                  $Registry/base/shell:1 perl -e 'my $n = 0; for (1..9000) { my $p = fork();
                  if (!defined $p) { print "no more after $n: $!\\n"; kill 9, -getpgrp() if 0; exit 7 }
                  if ($p == 0) { sleep 30; exit } $n++ } print "made $n\\n"'
            """);

    assertThat(end.failed().log()).contains("no more after").doesNotContain("made 9000");
    assertThat(end.completed("bomb").data().get("exitCode").asInt()).isEqualTo(7);
  }

  @ConcurrentTest
  void shouldEndWhatAStepLeavesBehind() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 perl -e 'exit if fork; setpgrp(0, 0); exit if fork; close STDOUT; close STDERR; exec "sleep", "4443"'
                  - cmd: $Registry/base/shell:1 sh -c 'grep -ls 444[3] /proc/[0-9]*/cmdline; echo looked'
                """)
            .succeeded();

    assertThat(end.log()).contains("looked").doesNotContain("/cmdline");
    Platform.await(
        "its daemons are gone",
        Duration.ofSeconds(15),
        () ->
            ProcessHandle.allProcesses()
                .map(Command::commandLine)
                .noneMatch(line -> line.startsWith("sleep 4443")));
  }

  @ConcurrentTest
  void shouldEndAStepThatIgnoresItsSignals() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: pulls-the-image
                    cmd: $Registry/base/shell:1 true
                  - id: stubborn
                    timeout: 5
                    cmd: $Registry/base/shell:1 sh -c 'trap "" TERM INT HUP; while true; do sleep 1; done'
                """)
            .failed();

    assertThat(end.outcome("stubborn")).isEqualTo("TIMED_OUT");
  }

  // --- The machine and the platform

  @ConcurrentTest
  void shouldShowNothingOfTheMachine() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: >-
                      $Registry/base/shell:1 bash -c 'ls -d %s /root/.docker /acb/home/.docker /var/run/docker.sock
                      /etc/shadow /proc/1/root/etc/shadow 2>/dev/null; echo processes $(ls -d /proc/[0-9]* | wc -l);
                      cat /proc/[0-9]*/environ | tr "\\0" "\\n" | sort -u; echo looked; env'
                """
                    .formatted(WORKSHOP.platform().state()))
            .succeeded();

    assertThat(end.log())
        .contains("looked")
        .doesNotContain("docker.sock")
        .doesNotContain("/etc/shadow")
        .doesNotContain(WORKSHOP.platform().state().toString())
        .doesNotContain("SLIPWAY_")
        .doesNotContain("eyJ");
    Matcher processes = Pattern.compile("processes (\\d+)").matcher(end.log());
    assertThat(processes.find()).isTrue();
    assertThat(Integer.parseInt(processes.group(1))).isLessThan(12);
  }

  /** A proxy on the way out may take any connection, so the platform's own answer counts. */
  @ConcurrentTest
  void shouldNotReachThePlatform() {
    int health = WORKSHOP.platform().portBase() + 92;
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: >-
                      $Registry/base/shell:1 bash -c 'gateway=$(awk "\\$2 == \\"00000000\\" { print \\$3 }" /proc/net/route | head -n 1);
                      gateway=${gateway:-00000000};
                      gateway=$((16#${gateway:6:2})).$((16#${gateway:4:2})).$((16#${gateway:2:2})).$((16#${gateway:0:2}));
                      for host in 127.0.0.1/%1$d $gateway/%1$d 10.0.2.2/%1$d;
                      do timeout 3 bash -c "exec 3<>/dev/tcp/$host && echo \\"\\$REQUEST\\" >&3 && cat <&3" 2>/dev/null | grep -q UP && echo "reached $host"; done; echo tried'
                    env: ["REQUEST=GET /q/health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n"]
                """
                    .formatted(health))
            .succeeded();

    assertThat(end.log()).contains("tried").doesNotContain("reached");
  }

  @ConcurrentTest
  void shouldRefuseTheKernel() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: >-
                      $Registry/base/shell:1 bash -c 'try() { "$@" 2>/dev/null && echo "could: $*"; };
                      try sh -c "echo 1 > /proc/sys/kernel/panic"; try sh -c "echo h > /proc/sysrq-trigger";
                      try sh -c "echo x > /sys/kernel/uevent_helper"; try head -c 1 /proc/kcore; try head -c 1 /dev/mem;
                      try perl -e "exit(syscall(165, qq(none), qq(/tmp), qq(tmpfs), 0, 0) == 0 ? 0 : 1)";
                      try perl -e "exit(syscall(175, 0, 0, 0) == 0 ? 0 : 1)";
                      try perl -e "exit(syscall(133, qq(/tmp/disk), 060600, 0x800) == 0 && open(my \\$f, q(<), q(/tmp/disk)) ? 0 : 1)";
                      echo tried all'
                """)
            .succeeded();

    assertThat(end.log()).contains("tried all").doesNotContain("could:");
  }

  @ConcurrentTest
  void shouldFindNothingOfTheRunBefore() {
    String leave =
        """
        steps:
          - cmd: >-
              $Registry/base/shell:1 sh -c 'for folder in /tmp /var /dev/shm /workspace /root /run /acb/home;
              do [ ! -e $folder/left-by-another ] || echo found $folder; touch $folder/left-by-another 2>/dev/null; done; echo looked'
        """;
    for (int i = 0; i < 3; i++) {
      assertThat(WORKSHOP.run(leave).succeeded().log()).contains("looked").doesNotContain("found");
    }
  }

  /** Two runs at once, each with a server on the same port and a file in the same places. */
  @ConcurrentTest
  void shouldKeepRunsApartThatGoOnTogether() {
    String first = WORKSHOP.start(together("one", "two"));
    String second = WORKSHOP.start(together("two", "one"));

    assertThat(WORKSHOP.end(first).succeeded().log()).contains("own is one").doesNotContain("saw");
    assertThat(WORKSHOP.end(second).succeeded().log()).contains("own is two").doesNotContain("saw");
  }

  private static String together(String own, String other) {
    return """
    steps:
      - id: server-%1$s
        detach: true
        cmd: $Registry/base/shell:1 perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalPort => 9000, Listen => 5) or die; while (my $c = $s->accept) { print $c "own is %1$s\\n"; close $c }'
      - cmd: >-
          $Registry/base/shell:1 bash -c 'echo %1$s > /tmp/who; for i in 1 2 3 4 5 6 7 8; do sleep 0.5;
          ls /tmp /workspace | grep -x %2$s; grep -qs %2$s /tmp/who && echo saw a file;
          grep -s server-%2$s /etc/hosts && echo saw a name;
          timeout 1 bash -c "cat < /dev/tcp/server-%1$s/9000"; grep -ls "own i[s] %2$s" /proc/[0-9]*/cmdline && echo saw a process; done; true'
    """
        .formatted(own, other);
  }

  @ConcurrentTest
  void shouldNotHandOutRunTokensOrCredentials() throws IOException {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: >-
                      $Registry/base/shell:1 sh -c 'find / -xdev \\( -name "*.secret" -o -name config.json -o -name "*.pem" -o -name "*.keyset.json" \\) 2>/dev/null;
                      cat /proc/mounts; echo looked'
                """)
            .succeeded();

    assertThat(end.log())
        .contains("looked")
        .doesNotContain(".secret")
        .doesNotContain("config.json")
        .doesNotContain("keyset")
        .doesNotContain("ca.pem");
    try (Stream<Path> secrets = Files.list(WORKSHOP.platform().state().resolve("secrets"))) {
      for (Path secret : secrets.filter(path -> path.toString().endsWith(".secret")).toList()) {
        assertThat(end.log()).doesNotContain(Files.readString(secret).strip());
      }
    }
  }

  // --- What a log shows

  @ConcurrentTest
  void shouldShowControlCharactersInert() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: >-
                      $Registry/base/shell:1 printf '%s'
                """
                    .formatted(
                        "\\033[2J\\033]0;title\\007red\\rover\\r\\nRun ID: zz9 was successful after"
                            + " 1s\\n</script>\\302\\205\\357\\277\\276 end\\n"))
            .succeeded();

    assertThat(end.log()).contains("</script>", " end");
    assertThat(end.log().lines())
        .contains("␛]0;title␇red", "over", "Run ID: zz9 was successful after 1s");
    assertThat(end.run().get("status").asText()).isEqualTo("Succeeded");
    assertThat(end.run().get("runId").asText()).isEqualTo(end.id());
  }

  @ConcurrentTest
  void shouldBearOutputThatIsNoText() {
    RunEnd end =
        WORKSHOP
            .run(
                "steps:\n"
                    + "  - cmd: $Registry/base/shell:1 sh -c 'head -c 300000 /dev/urandom; echo;"
                    + " echo then text'\n")
            .succeeded();

    assertThat(end.log()).contains("then text");
  }
}
