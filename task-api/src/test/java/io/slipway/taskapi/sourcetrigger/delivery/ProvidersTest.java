package io.slipway.taskapi.sourcetrigger.delivery;

import static io.slipway.taskapi.sourcetrigger.delivery.Deliveries.COMMIT;
import static io.slipway.taskapi.sourcetrigger.delivery.SourceProvider.AZURE_DEVOPS;
import static io.slipway.taskapi.sourcetrigger.delivery.SourceProvider.BITBUCKET;
import static io.slipway.taskapi.sourcetrigger.delivery.SourceProvider.GITEA;
import static io.slipway.taskapi.sourcetrigger.delivery.SourceProvider.GITHUB;
import static io.slipway.taskapi.sourcetrigger.delivery.SourceProvider.GITLAB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.definition.GitContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What all providers send is told apart, checked and read. */
class ProvidersTest {
  private static final String SECRET = "s3cret-of-the-hook";
  private static final String ISO = "2023-11-14T22:13:20Z";

  /** Each event as {@code type ref commit pull-request time paths}. */
  static Stream<Arguments> deliveries() {
    String ours = "pullrequest fix 7>main 2023-11-14T22:13:20Z ?";
    String fork = "pullrequest fix 7>main! 2023-11-14T22:13:20Z ?";
    String push = "commit main - 2023-11-14T22:13:20Z ";
    long at = 1_700_000_000;
    String zero = "0".repeat(40);
    return Stream.of(
        Arguments.of(
            GITHUB,
            "push",
            Deliveries.githubPush("refs/heads/main", COMMIT, at),
            push + "[src/Main.java]"),
        Arguments.of(
            GITHUB,
            "push",
            Deliveries.githubPush("refs/heads/main", COMMIT, at)
                .replace("{\"ref\"", "{\"forced\":true,\"ref\""),
            push + "?"),
        Arguments.of(
            GITHUB,
            "push",
            Deliveries.githubPush("refs/tags/v1", COMMIT, at),
            "commit tag:v1 - 2023-11-14T22:13:20Z [src/Main.java]"),
        Arguments.of(GITHUB, "push", Deliveries.githubPush("refs/heads/main", zero, at), ""),
        Arguments.of(GITHUB, "push", Deliveries.githubPush("refs/notes/x", COMMIT, at), ""),
        Arguments.of(GITHUB, "ping", "{\"zen\":\"Be calm.\"}", ""),
        Arguments.of(
            GITHUB,
            "pull_request",
            Deliveries.hubPullRequest("synchronize", "team/app", ISO),
            ours),
        Arguments.of(
            GITHUB, "pull_request", Deliveries.hubPullRequest("opened", "other/app", ISO), fork),
        Arguments.of(
            GITHUB, "pull_request", Deliveries.hubPullRequest("labeled", "team/app", ISO), ""),
        Arguments.of(
            GITEA,
            "push",
            Deliveries.githubPush("refs/heads/main", COMMIT, at),
            "commit main - null [src/Main.java]"),
        Arguments.of(
            GITEA,
            "pull_request_sync",
            Deliveries.hubPullRequest("synchronized", "team/app", ISO),
            ours),
        Arguments.of(
            GITLAB,
            "Push Hook",
            Deliveries.gitlabPush("push", "refs/heads/main", 1),
            "commit main - null [docs/a.md]"),
        Arguments.of(
            GITLAB,
            "Push Hook",
            Deliveries.gitlabPush("push", "refs/heads/main", 30),
            "commit main - null ?"),
        Arguments.of(
            GITLAB,
            "Tag Push Hook",
            Deliveries.gitlabPush("tag_push", "refs/tags/v1", 1),
            "commit tag:v1 - null [docs/a.md]"),
        Arguments.of(
            GITLAB,
            "Merge Request Hook",
            Deliveries.gitlabMergeRequest("'action':'update','oldrev':'abc'", 1),
            ours),
        Arguments.of(
            GITLAB,
            "Merge Request Hook",
            Deliveries.gitlabMergeRequest("'action':'open'", 2),
            fork),
        Arguments.of(
            GITLAB,
            "Merge Request Hook",
            Deliveries.gitlabMergeRequest("'action':'update'", 1),
            ""),
        Arguments.of(
            BITBUCKET,
            "repo:push",
            Deliveries.bitbucketPush(),
            "commit main - null ?; commit tag:v1 - null ?"),
        Arguments.of(BITBUCKET, "pullrequest:created", Deliveries.bitbucketPullRequest(), fork),
        Arguments.of(BITBUCKET, "repo:refs_changed", Deliveries.dataCenterPush(), push + "?"),
        Arguments.of(BITBUCKET, "pr:opened", Deliveries.dataCenterPullRequest(), ours),
        Arguments.of(AZURE_DEVOPS, "", Deliveries.azurePush("refs/heads/main", COMMIT), push + "?"),
        Arguments.of(AZURE_DEVOPS, "", Deliveries.azurePush("refs/heads/main", zero), ""),
        Arguments.of(AZURE_DEVOPS, "", Deliveries.azurePullRequest(), ours));
  }

  @ParameterizedTest
  @MethodSource("deliveries")
  void shouldReadWhatEachProviderSends(
      SourceProvider provider, String event, String body, String expected)
      throws UnreadableDeliveryException {
    Delivery delivery = Deliveries.signed(provider, event, body, SECRET);
    assertThat(SourceProvider.of(delivery)).contains(provider);
    assertThat(provider.isGenuine(delivery, SECRET)).isTrue();
    List<SourceEvent> events = ReadDelivery.of(provider, delivery);
    assertThat(String.join("; ", events.stream().map(ProvidersTest::shown).toList()))
        .isEqualTo(expected);
    for (SourceEvent read : events) {
      assertThat(COMMIT).startsWith(read.commit());
      assertThat(
              GitContext.isOneOf("https://git.example/scm/TEAM/app.git#main", read.repositories())
                  || GitContext.isOneOf(Deliveries.REPOSITORY, read.repositories()))
          .isTrue();
      assertThat(GitContext.isOneOf("https://git.example/team/other", read.repositories()))
          .isFalse();
    }
  }

  private static String shown(SourceEvent event) {
    SourceEvent.PullRequest request = event.pullRequest();
    return "%s %s %s %s %s"
        .formatted(
            event.type(),
            (event.ref().isTag() ? "tag:" : "") + event.ref().name(),
            request == null
                ? "-"
                : request.id() + ">" + request.target() + (request.isFromFork() ? "!" : ""),
            event.time(),
            event.paths() == null ? "?" : event.paths());
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseWhatIsForged(SourceProvider provider) {
    String body = Deliveries.azurePush("refs/heads/main", COMMIT);
    Delivery genuine = Deliveries.signed(provider, "push", body, SECRET);
    assertThat(provider.isGenuine(genuine, SECRET)).isTrue();
    assertThat(provider.isGenuine(genuine, SECRET + "x")).isFalse();
    assertThat(provider.isGenuine(genuine, "")).isFalse();
    for (String header : genuine.headers().keySet()) {
      Map<String, String> headers = new HashMap<>(genuine.headers());
      for (String forged : List.of("", "sha256=", "sha256=zz", "Basic !", "Basic ", "Bearer x")) {
        if (header.contains("signature")
            || header.contains("token")
            || header.equals("authorization")) {
          headers.put(header, forged);
          assertThat(provider.isGenuine(new Delivery(headers, genuine.body()), SECRET))
              .as(header + ": " + forged)
              .isFalse();
        }
      }
    }
    if (provider != GITLAB && provider != AZURE_DEVOPS) {
      byte[] other = body.replace("main", "evil").getBytes(StandardCharsets.UTF_8);
      assertThat(provider.isGenuine(new Delivery(genuine.headers(), other), SECRET)).isFalse();
    }
  }

  /** Headers are not signed: a delivery with another id in them is the same delivery. */
  @ParameterizedTest
  @EnumSource
  void shouldKnowWhatIsSentAgain(SourceProvider provider) {
    String body = Deliveries.azurePush("refs/heads/main", COMMIT);
    Delivery first = Deliveries.signed(provider, "push", body, SECRET);
    assertThat(provider.key(Deliveries.signed(provider, "push", body, SECRET)))
        .isEqualTo(provider.key(first));
    Map<String, String> headers = new HashMap<>(first.headers());
    headers.replace("x-github-delivery", "d2");
    headers.replace("x-gitea-delivery", "d2");
    headers.replace("x-request-uuid", "d2");
    assertThat(provider.key(new Delivery(headers, first.body()))).isEqualTo(provider.key(first));
  }

  @Test
  void shouldSayWhatIsMissing() {
    assertThatThrownBy(
            () -> ReadDelivery.of(GITHUB, Deliveries.signed(GITHUB, "push", "[1]", SECRET)))
        .isInstanceOf(UnreadableDeliveryException.class)
        .hasMessage("its body is no JSON object");
    assertThatThrownBy(() ->
            ReadDelivery.of(
                GITHUB,
                Deliveries.signed(
                    GITHUB,
                    "push",
                    "{\"ref\":\"refs/heads/m\",\"after\":\"--upload-pack\"}",
                    SECRET)))
        .hasMessage("it has no commit at /after");
    assertThatThrownBy(() ->
            ReadDelivery.of(
                GITHUB,
                Deliveries.signed(GITHUB, "push", "{\"ref\":\"" + "x".repeat(401) + "\"}", SECRET)))
        .hasMessage("its body has no text of 1 to 400 characters at /ref");
  }

  @Test
  void shouldReadAForm() throws UnreadableDeliveryException {
    String body =
        "payload="
            + URLEncoder.encode(
                Deliveries.githubPush("refs/heads/main", COMMIT, 1_700_000_000),
                StandardCharsets.UTF_8);
    assertThat(ReadDelivery.of(GITHUB, Deliveries.signed(GITHUB, "push", body, SECRET))).hasSize(1);
  }
}
