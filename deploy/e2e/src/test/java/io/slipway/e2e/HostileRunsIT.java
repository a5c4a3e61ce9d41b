package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Steps that attack the machine, the platform or other runs. Whatever they do is bounded; in the
 * end the agents are the same processes as before and go on with the next run. The list of all
 * cases is {@code docs/hostile-input.md}.
 */
@Order(18)
class HostileRunsIT {
  private static final Workshop WORKSHOP = Workshop.shared();
  private static final List<String> AGENTS = List.of("run-agent-1", "run-agent-2");
  private static List<Long> before;

  @BeforeAll
  static void rememberTheAgents() {
    before = agents();
  }

  @AfterAll
  static void shouldGoOnWithTheNextRuns() {
    assertThat(agents()).isEqualTo(before);
    for (int i = 0; i < 4; i++) {
      WORKSHOP.run("steps:\n  - cmd: $Registry/base/shell:1 echo still here\n").succeeded();
    }
  }

  private static List<Long> agents() {
    return AGENTS.stream().map(agent -> WORKSHOP.platform().process(agent).pid()).toList();
  }

  // --- Floods

  @ConcurrentTest
  void shouldCutALogOfAGibibyte() throws IOException {
    RunEnd end =
        endWithoutLog(
            "steps:\n  - cmd: $Registry/base/shell:1 sh -c 'yes 0123456789 | head -c 1073741824'\n");

    assertThat(end.status()).isEqualTo("Succeeded");
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
            "steps:\n  - cmd: $Registry/base/shell:1 sh -c 'head -c 50000000 /dev/zero | tr \"\\\\0\" x; echo; echo after it'\n");

    assertThat(end.status()).isEqualTo("Succeeded");
    assertThat(end.run().toString().length()).isLessThan(20_000);
  }

  private static RunEnd endWithoutLog(String yaml) {
    String runId = WORKSHOP.start(yaml);
    JsonNode run = WORKSHOP.api().finished(runId, Workshop.PATIENCE);
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
  void shouldReachNeitherMetadataNorPlatform() {
    int taskApi = WORKSHOP.platform().portBase() + 1;
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: >-
                      $Registry/base/shell:1 bash -c 'gateway=$(awk "\\$2 == \\"00000000\\" { print \\$3 }" /proc/net/route | head -n 1);
                      gateway=${gateway:-00000000};
                      gateway=$((16#${gateway:6:2})).$((16#${gateway:4:2})).$((16#${gateway:2:2})).$((16#${gateway:0:2}));
                      for host in 169.254.169.254/80 169.254.1.1/80;
                      do timeout 3 bash -c "echo > /dev/tcp/$host" 2>/dev/null && echo "reached $host"; done;
                      for host in 127.0.0.1/%1$d $gateway/%1$d 10.0.2.2/%1$d;
                      do timeout 3 bash -c "exec 3<>/dev/tcp/$host && echo \\"\\$REQUEST\\" >&3 && cat <&3" 2>/dev/null | grep -q UP && echo "reached $host"; done; echo tried'
                    env: ["REQUEST=GET /q/health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n"]
                """
                    .formatted(taskApi))
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
                        "\\033[2J\\033]0;title\\007red\\rover\\r\\nRun ID: zz9 was successful after 1s\\n</script>\\302\\205\\357\\277\\276 end\\n"))
            .succeeded();

    assertThat(end.log()).contains("</script>", " end", "␛[2J␛]0;title␇red␍over");
    assertThat(end.log().lines()).contains("Run ID: zz9 was successful after 1s");
    assertThat(end.run().get("status").asText()).isEqualTo("Succeeded");
    assertThat(end.run().get("runId").asText()).isEqualTo(end.id());
  }

  @ConcurrentTest
  void shouldBearOutputThatIsNoText() {
    RunEnd end =
        WORKSHOP
            .run(
                "steps:\n  - cmd: $Registry/base/shell:1 sh -c 'head -c 300000 /dev/urandom; echo; echo then text'\n")
            .succeeded();

    assertThat(end.log()).contains("then text");
  }

  // --- Files that lead elsewhere

  @ConcurrentTest
  void shouldNotFollowALinkOutOfTheContext() {
    RunEnd end =
        WORKSHOP.run(
            """
            steps:
              - cmd: >-
                  $Registry/base/shell:1 sh -c 'ln -s /etc/shadow shadow; ln -s ../../../../../../etc etc;
                  printf "FROM $Registry/base/shell:1\\nCOPY shadow etc /stolen/\\nRUN ls -laR /stolen; cat /stolen/* 2>/dev/null; true\\n" > Dockerfile'
              - build: --no-cache -t stolen:1 .
            """);

    assertThat(end.log()).doesNotContain("root:$").doesNotContain("hostname");
  }

  @ConcurrentTest
  void rejectsADockerfileOrContextBehindALink() {
    WORKSHOP
        .runAll(
            List.of(
                "-f link .",
                "-f dir/passwd .",
                "-f passwd dir",
                "-f ../../../etc/passwd .",
                "-f passwd ../../etc"),
            build ->
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'ln -s /etc/passwd link; ln -s /etc dir'
                  - id: image
                    build: -t x:1 %s
                """
                    .formatted(build))
        .forEach((build, end) -> {
          assertThat(end.failed().outcome("image")).as(build).isEqualTo("FAILED");
          assertThat(end.log()).as(build).doesNotContain("root:x:0").doesNotContain("daemon:");
        });
  }

  @ConcurrentTest
  void rejectsCopyFromAboveTheContext() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'mkdir c; echo inside > c/in; echo outside > secret-above; printf "FROM $Registry/base/shell:1\\nCOPY ../secret-above ../../../../etc/passwd /x/\\n" > c/Dockerfile'
                  - build: -t x:1 -f c/Dockerfile c
                """)
            .failed();

    assertThat(end.error()).contains("COPY");
  }

  @ConcurrentTest
  void rejectsATaskFileBehindALink() throws IOException {
    for (String target : List.of("/etc/passwd", "../../../../../../etc/passwd")) {
      String source =
          QuickRunsIT.uploadBytes(
              HostileArchive.of().link("task.yaml", target).file("other", "x").bytes());
      assertThat(refused(source, "task.yaml")).doesNotContain("root:x:0");
    }
    String source = QuickRunsIT.upload(Map.of("inside", "x"));
    assertThat(refused(source, "../../../../../etc/passwd")).doesNotContain("root:x:0");
  }

  @ConcurrentTest
  void rejectsArchivesThatReachOut() throws IOException {
    Path proof = Platform.freshFolder("proof");
    List<byte[]> archives =
        List.of(
            HostileArchive.of().file("../../../../../../../../.." + proof + "/a", "x").bytes(),
            HostileArchive.of().file(proof + "/b", "x").bytes(),
            HostileArchive.of().link("out", proof.toString()).file("out/c", "x").bytes(),
            HostileArchive.of().hardLink("shadow", "/etc/shadow").bytes(),
            HostileArchive.of().device("disk").bytes(),
            HostileArchive.bomb());
    for (byte[] archive : archives) {
      refused(QuickRunsIT.uploadBytes(archive), "task.yaml");
    }
    try (Stream<Path> files = Files.list(proof)) {
      assertThat(files).isEmpty();
    }
  }

  /** Runs a task file of a source that must be refused; answers error and log. */
  private static String refused(String source, String taskFile) {
    ObjectNode request =
        Api.JSON
            .createObjectNode()
            .put("type", "FileTaskRunRequest")
            .put("taskFilePath", taskFile)
            .put("sourceLocation", source);
    request.putObject("platform").put("os", "Linux");
    Api.Answer answer = WORKSHOP.api().call("POST", "/scheduleRun", request);
    if (answer.status() >= 300) {
      assertThat(answer.status()).isEqualTo(400);
      return answer.body().toString();
    }
    RunEnd end = WORKSHOP.end(answer.body().at("/properties/runId").asText()).failed();
    assertThat(end.error()).isNotBlank();
    return end.error() + end.log();
  }

  // --- Words that a shell or git would understand

  @ConcurrentTest
  void shouldNeverHandWordsToAShellOfTheAgent() throws IOException {
    Path proof = Platform.freshFolder("proof").resolve("pwned");
    WORKSHOP
        .runAll(
            List.of(
                "build: -t x:1 https://127.0.0.1:9/$(touch${IFS}PROOF).git",
                "build: -t x:1 \"http://127.0.0.1:9/a.git#;touch PROOF\"",
                "build: -t x:1 \"git://--upload-pack=touch${IFS}PROOF/x.git\"",
                "build: -t x:1 \"git@-oProxyCommand=touch${IFS}PROOF:x.git\"",
                "build: -t x:1 \"ext::sh -c touch% PROOF\"",
                "build: -t x:1 \"http://127.0.0.1:9/a.git#--upload-pack=touch PROOF\"",
                "build: -t \"x:1;touch PROOF\" https://127.0.0.1:9/a.git",
                "build: -t x:1 -f \"$(touch PROOF)\" .",
                "cmd: \"$Registry/base/shell:1;touch PROOF\"",
                "cmd: \"`touch PROOF`\"",
                "cmd: \"../../base/shell:1 true\"",
                "push: [\"$Registry/x:1;touch PROOF\"]",
                "push: [\"-v$(touch PROOF)\"]"),
            step -> "steps:\n  - " + step.replace("PROOF", proof.toString()) + "\n")
        .forEach((step, end) -> assertThat(end.failed().error()).as(step).isNotBlank());
    assertThat(proof).doesNotExist();
  }

  @ConcurrentTest
  void shouldTakeEnvironmentAndUserAsData() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: $(reboot)
                    cmd: $Registry/base/shell:1 sh -c 'echo "$A|$B"'
                    env: ["A=$(id); `id`", "B=x' ; exit 9; '"]
                """)
            .failed();
    RunEnd user =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 true
                    user: "0; touch /tmp/pwned"
                """)
            .failed();
    RunEnd data =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'echo "$A|$B"'
                    env: ["A=$(id); `id`", "B=x' ; exit 9; '"]
                """)
            .succeeded();

    assertThat(end.error()).contains("$(reboot)");
    assertThat(user.error()).contains("touch /tmp/pwned");
    assertThat(data.log()).contains("$(id); `id`|x' ; exit 9; '");
  }

  @ConcurrentTest
  void shouldRenderAValueOnce() {
    RunEnd end =
        WORKSHOP
            .run(
                "steps:\n  - cmd: $Registry/base/shell:1 echo '{{ .Values.a }}'\n",
                "a={{ .Run.ID }}{{ repeat 9 .Values.a }} $ID")
            .succeeded();

    assertThat(end.log()).contains("{{ .Run.ID }}{{ repeat 9 .Values.a }}");
  }

  @ConcurrentTest
  void rejectsContextsInsideThePlatform() {
    WORKSHOP
        .runAll(
            List.of(
                "http://169.254.169.254/metadata/identity/oauth2/token",
                "http://[fd00:ec2::254]/latest/meta-data",
                "http://0x7f.1:9/x.tar.gz",
                "file:///etc/passwd",
                "gopher://127.0.0.1:9/x"),
            address -> "steps:\n  - build: -t x:1 " + address + "\n")
        .forEach((address, end) -> {
          assertThat(end.failed().error()).as(address).isNotBlank();
          assertThat(end.log()).doesNotContain("root:x:0");
        });
  }

  // --- Builds

  @ConcurrentTest
  void rejectsMountsAndRightsThatABuildMayNotHave() {
    WORKSHOP
        .runAll(
            List.of(
                "RUN --mount=type=bind,source=../../../etc,target=/x cat /x/shadow",
                "RUN --mount=type=bind,from=/,target=/x cat /x/etc/shadow",
                "RUN --security=insecure mount -t tmpfs none /mnt",
                "RUN --network=host true",
                "COPY --from=../../etc /passwd /x",
                "ADD http://169.254.169.254/latest/meta-data /x",
                "ADD file:///etc/passwd /x"),
            line ->
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'printf "%%s\\n" "FROM $Registry/base/shell:1" "$LINE" > Dockerfile'
                    env: ['LINE=%s']
                  - id: image
                    build: --no-cache -t hostile:1 .
                """
                    .formatted(line))
        .forEach((line, end) -> {
          assertThat(end.failed().error()).as(line).isNotBlank();
          assertThat(end.log()).as(line).doesNotContain("root:");
        });
  }

  @ConcurrentTest
  void shouldBearADockerfileThatIsHugeOrExplodes() {
    RunEnd exploding =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: >-
                      $Registry/base/shell:1 bash -c '(echo FROM $Registry/base/shell:1; echo ENV a0=xxxxxxxxxx;
                      for i in $(seq 1 40); do j=$((i - 1)); echo "ENV a$i=\\${a$j}\\${a$j}\\${a$j}\\${a$j}"; done) > Dockerfile'
                  - id: image
                    build: -t x:1 .
                """)
            .failed();
    RunEnd huge =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c '(echo FROM scratch; yes "# a comment line that says nothing" | head -c 60000000) > Dockerfile'
                  - id: image
                    build: -t x:1 .
                """)
            .failed();

    assertThat(exploding.outcome("image")).isEqualTo("FAILED");
    assertThat(exploding.error().length()).isLessThan(4000);
    assertThat(huge.error()).contains("Dockerfile");
  }

  @ConcurrentTest
  void rejectsABaseImageWhoseLayersReachOut() throws Exception {
    HostileImage.push(
        WORKSHOP.api(),
        "hostile/traversal",
        HostileArchive.of().file("../../../../tmp/pwned-by-layer", "x"));
    HostileImage.push(
        WORKSHOP.api(),
        "hostile/through-link",
        HostileArchive.of().link("out", "/tmp").file("out/pwned-by-layer", "x"));
    HostileImage.push(
        WORKSHOP.api(), "hostile/hard-link", HostileArchive.of().hardLink("shadow", "/etc/shadow"));
    for (String image : List.of("traversal", "through-link", "hard-link")) {
      RunEnd end =
          WORKSHOP.run(
              """
              steps:
                - cmd: $Registry/base/shell:1 sh -c 'echo "FROM $Registry/hostile/%s:1" > Dockerfile; echo COPY Dockerfile /d >> Dockerfile'
                - build: -t x:1 .
              """
                  .formatted(image));
      assertThat(end.error()).as(image).doesNotContain("the agent failed");
      assertThat(Path.of("/tmp/pwned-by-layer")).doesNotExist();
    }
  }

  // --- Task files

  @ConcurrentTest
  void rejectsTaskFilesThatExplode() {
    String laughs =
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
            + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
            + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
            + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
            + "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
            + "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"
            + "steps: *g\n";
    Map<String, String> files =
        Map.of(
            "aliases that multiply", laughs,
            "deep nesting", "steps: " + "[".repeat(20_000) + "]".repeat(20_000) + "\n",
            "a template that repeats", "steps:\n  - cmd: x {{ repeat 1000000000 \"x\" }}\n",
            "a template that calls itself",
                "{{ define \"a\" }}{{ template \"a\" }}{{ end }}steps:\n  - cmd: {{ template \"a\" }}\n",
            "a range without end", "steps:\n{{ range until 1000000000 }}  - cmd: x\n{{ end }}\n",
            "nested ranges",
                "steps:\n{{ range until 9999 }}{{ range until 9999 }}{{ range until 9999 }}x{{ end }}{{ end }}{{ end }}\n",
            "an anchor of itself", "steps: &a [*a]\n",
            "a tag of Java", "steps: !!javax.script.ScriptEngineManager [x]\n");
    WORKSHOP
        .runAll(files)
        .forEach((what, end) ->
            assertThat(end.failed().error())
                .as(what)
                .isNotBlank()
                .doesNotContain("Exception")
                .hasSizeLessThan(4000));
  }

  @Test
  void rejectsARequestThatIsHuge() {
    Api.Answer answer =
        WORKSHOP
            .api()
            .call(
                "POST",
                "/scheduleRun",
                WORKSHOP.request("# " + "x".repeat(40_000_000) + "\nsteps: []\n"));

    assertThat(answer.status()).isIn(400, 413);
  }

  @ConcurrentTest
  void rejectsIdsThatAreNoNames() {
    WORKSHOP
        .runAll(
            List.of("../../x", "a/b", "x\\ty", "a".repeat(3000)),
            id -> "steps:\n  - id: \"%s\"\n    cmd: $Registry/base/shell:1 true\n".formatted(id))
        .forEach((id, end) -> assertThat(end.failed().error()).as(id).isNotBlank());
  }
}
