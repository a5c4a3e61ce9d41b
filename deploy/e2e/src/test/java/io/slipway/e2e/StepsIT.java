package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Order;

/**
 * When a {@code cmd} step starts, ends and begins again, seen by the run, its events and its log.
 */
@Order(10)
class StepsIT {
  private static final Workshop WORKSHOP = Workshop.shared();

  /** A web server in Perl, because the base image has nothing else that listens. */
  private static final String SERVER =
      """
      $Registry/base/shell:1 perl -MIO::Socket::INET -e
            'my $s = IO::Socket::INET->new(LocalPort => 8080, Listen => 5, ReuseAddr => 1) or die;
            while (my $c = $s->accept) { <$c>; print $c "HTTP/1.0 200 OK\\r\\n\\r\\nhello from the server\\n"; close $c }'
      """
          .strip();

  private static final String ASK =
      "$Registry/base/shell:1 bash -c 'exec 3<>/dev/tcp/%s/8080 && echo GET >&3 && cat <&3'";

  @ConcurrentTest
  void shouldReachADetachedServerByTheIdOfItsStep() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: web-server
                    cmd: >-
                      %s
                    detach: true
                    expose: [8080]
                  - id: client
                    cmd: %s
                    retries: 5
                    retryDelay: 1
                """
                    .formatted(SERVER, ASK.formatted("web-server")))
            .succeeded();

    assertThat(end.log()).contains("hello from the server");
    assertThat(end.outcome("web-server")).isEqualTo("SUCCEEDED");
    assertThat(end.outcome("client")).isEqualTo("SUCCEEDED");
  }

  @ConcurrentTest
  void shouldPublishAPortOfAStepOnTheMachine() throws Exception {
    // Given
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String runId =
        WORKSHOP.start(
            """
            steps:
              - id: server
                cmd: >-
                  %s
                detach: true
                ports: ["127.0.0.1:%d:8080"]
              - id: wait
                cmd: $Registry/base/shell:1 sh -c 'while [ ! -e stop ]; do sleep 0.3; done'
                timeout: 40
            """
                .formatted(SERVER, port));

    // When
    String[] answer = new String[1];
    Platform.await(
        "the port answers", Duration.ofSeconds(60), () -> (answer[0] = ask(port)).length() > 0);
    WORKSHOP.api().cancel(runId);

    // Then
    assertThat(answer[0]).contains("hello from the server");
    assertThat(WORKSHOP.end(runId).status()).isEqualTo("Canceled");
    assertThat(ask(port)).as("port of a run that is over").isEmpty();
  }

  private static String ask(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write("GET\n".getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException notYet) {
      return "";
    }
  }

  @ConcurrentTest
  void shouldEndAStepThatTimesOut() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: pulls-the-image
                    cmd: $Registry/base/shell:1 true
                  - id: slow
                    cmd: $Registry/base/shell:1 sh -c 'echo begun; sleep 120'
                    timeout: 5
                  - id: after
                    cmd: $Registry/base/shell:1 echo unreachable
                """)
            .failed();

    assertThat(end.outcome("slow")).isEqualTo("TIMED_OUT");
    assertThat(end.log()).contains("Timeout(sec): 5", "begun").doesNotContain("unreachable");
    assertThat(end.error()).contains("slow", "timed out");
    assertThat(end.hasStarted("after")).isFalse();
  }

  @ConcurrentTest
  void shouldTakeTheTaskTimeoutForStepsWithoutTheirOwn() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                stepTimeout: 3
                steps:
                  - id: own
                    cmd: $Registry/base/shell:1 true
                    timeout: 77
                  - id: slow
                    cmd: $Registry/base/shell:1 sleep 120
                """)
            .failed();

    assertThat(end.log())
        .contains("Executing step ID: own. Timeout(sec): 77", "step ID: slow. Timeout(sec): 3");
    assertThat(end.outcome("slow")).isEqualTo("TIMED_OUT");
  }

  /** Succeeds at the third try. */
  private static final String THIRD =
      "$Registry/base/shell:1 sh -c 'n=$(cat tries 2>/dev/null || echo 0); echo $((n + 1)) > tries;"
          + " echo try $n: the network is down; test $n -ge 2'";

  @ConcurrentTest
  void shouldRetryTwiceAndThenSucceed() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: flaky
                    cmd: "%s"
                    retries: 3
                    retryDelay: 1
                """
                    .formatted(THIRD))
            .succeeded();

    assertThat(end.log())
        .containsSubsequence(
            "try 0: the network is down",
            "Container failed during run: flaky, waiting 1 seconds before retrying...",
            "try 1:",
            "Container failed during run: flaky, waiting 1 seconds before retrying...",
            "try 2:",
            "Successfully executed container: flaky")
        .doesNotContain("try 3:");
    assertThat(end.outcome("flaky")).isEqualTo("SUCCEEDED");
    assertThat(end.completed("flaky").data().get("exitCode").asInt()).isZero();
  }

  @ConcurrentTest
  void shouldFailWhenNoRetryIsLeft() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: hopeless
                    cmd: $Registry/base/shell:1 sh -c 'echo again; exit 9'
                    retries: 1
                    retryDelay: 1
                """)
            .failed();

    assertThat(end.log()).contains("Container failed during run: hopeless. No retries remaining.");
    assertThat(end.log().split("(?m)^again$", -1)).hasSize(3);
    assertThat(end.completed("hopeless").data().get("exitCode").asInt()).isEqualTo(9);
    assertThat(end.error()).contains("hopeless", "exit status 9");
  }

  @ConcurrentTest
  void shouldRetryOnlyOnErrorsThatAreNamed() {
    RunEnd named =
        WORKSHOP
            .run(
                """
                steps:
                  - id: flaky
                    cmd: "%s"
                    retries: 3
                    retryDelay: 1
                    retryOnErrors: ["something else", "network is down"]
                """
                    .formatted(THIRD))
            .succeeded();
    RunEnd other =
        WORKSHOP
            .run(
                """
                steps:
                  - id: flaky
                    cmd: "%s"
                    retries: 3
                    retryDelay: 1
                    retryOnErrors: ["disk is full"]
                """
                    .formatted(THIRD))
            .failed();

    assertThat(named.log()).contains("try 2:");
    assertThat(other.log()).contains("try 0:").doesNotContain("try 1:");
  }

  @ConcurrentTest
  void shouldRepeatAStep() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: often
                    cmd: $Registry/base/shell:1 sh -c 'echo x >> times'
                    repeat: 2
                  - id: count
                    cmd: $Registry/base/shell:1 sh -c 'echo times=$(wc -l < times)'
                """)
            .succeeded();

    assertThat(end.log()).contains("times=3");
    assertThat(end.outcome("often")).isEqualTo("SUCCEEDED");
  }

  @ConcurrentTest
  void shouldRepeatAStepThoughOneOfItsTimesFails() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: often
                    cmd: $Registry/base/shell:1 sh -c 'echo time; test -e second && exit 0; touch second; exit 4'
                    repeat: 1
                """)
            .failed();

    assertThat(end.log().split("(?m)^time$", -1)).hasSize(3);
    assertThat(end.error()).contains("exit status 4");
  }

  @ConcurrentTest
  void shouldIgnoreErrors() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: broken
                    cmd: $Registry/base/shell:1 sh -c 'exit 5'
                    ignoreErrors: true
                  - id: next
                    cmd: $Registry/base/shell:1 echo goes on
                    when: [broken]
                """)
            .succeeded();

    assertThat(end.log())
        .contains(
            "Step ID: broken encountered an error:",
            "but is set to ignore errors. Continuing...",
            "goes on");
    assertThat(end.completed("broken").data().get("exitCode").asInt()).isEqualTo(5);
  }

  @ConcurrentTest
  void shouldWaitBeforeAStep() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: late
                    cmd: $Registry/base/shell:1 echo at last
                    startDelay: 2
                """)
            .succeeded();

    assertThat(end.log())
        .containsSubsequence("Waiting 2 seconds before executing step ID: late", "at last");
  }
}
