package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Order;

/** Which steps see one another, and what they see of the machine. */
@Order(12)
class NetworksIT {
  private static final Workshop WORKSHOP = Workshop.shared();

  /** Answers one line to everybody. */
  private static final String SERVER =
      "$Registry/base/shell:1 perl -MIO::Socket::INET -e"
          + " 'my $s = IO::Socket::INET->new(LocalPort => 7000, Listen => 5) or die;"
          + " while (my $c = $s->accept) { print $c \"reached\\n\"; close $c }'";

  private static String ask(String host) {
    return "$Registry/base/shell:1 bash -c 'timeout 3 cat < /dev/tcp/%s/7000'".formatted(host);
  }

  @ConcurrentTest
  void shouldSeparateStepsOfDifferentNetworks() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                networks:
                  - name: inner
                  - name: outer
                    isDefault: true
                steps:
                  - id: server
                    cmd: %s
                    network: inner
                    detach: true
                  - id: same
                    cmd: %s
                    network: inner
                    retries: 4
                    retryDelay: 1
                  - id: other
                    cmd: %s
                    ignoreErrors: true
                """
                    .formatted(SERVER, ask("server"), ask("server")))
            .succeeded();

    assertThat(end.log())
        .contains("Creating Docker network: inner", "Creating Docker network: outer")
        .contains("step ID: other. Timeout(sec): 600, Working directory: '', Network: 'outer'")
        .contains("Step ID: other encountered an error")
        .containsOnlyOnce("reached");
  }

  @ConcurrentTest
  void shouldGiveNoNetworkToStepsWhenNoneIsTheDefault() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                networks:
                  - name: only
                steps:
                  - cmd: $Registry/base/shell:1 true
                """)
            .succeeded();

    assertThat(end.log())
        .contains("Creating Docker network: only", "Network: ''")
        .doesNotContain("acb_default_network");
  }

  @ConcurrentTest
  void shouldCutOffAStepWithNetworkNone() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: server
                    cmd: %s
                    detach: true
                  - id: alone
                    cmd: >-
                      $Registry/base/shell:1 sh -c 'grep -c eth0 /proc/net/dev;
                      timeout 3 bash -c "cat < /dev/tcp/server/7000" || echo nobody there'
                    network: none
                """
                    .formatted(SERVER))
            .succeeded();

    assertThat(end.log()).contains("nobody there").doesNotContain("reached");
  }

  @ConcurrentTest
  void rejectsTheNetworkOfTheMachine() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 true
                    network: host
                """)
            .failed();

    assertThat(end.error()).contains("host", "slipway.agent.");
  }

  @ConcurrentTest
  void rejectsANetworkThatIsNotDeclared() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 true
                    network: elsewhere
                """)
            .failed();

    assertThat(end.error()).contains("elsewhere");
  }

  @ConcurrentTest
  void shouldFindANetworkThatIsThereAlready() {
    RunEnd end =
        WORKSHOP.run(
            """
            networks:
              - name: from-outside
                skipCreation: true
                isDefault: true
            steps:
              - cmd: $Registry/base/shell:1 true
            """);

    assertThat(end.log()).contains("Skip creating network: from-outside");
    assertThat(end.failed().error()).contains("from-outside");
  }
}
