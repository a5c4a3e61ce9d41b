package io.slipway.taskapi.sourcetrigger.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.PullRequest;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.Ref;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deliveries of GitHub, and of Gitea and Forgejo, which are written like them. Pure. */
final class GithubEvents {
  private static final Set<String> NEW_COMMITS =
      Set.of("opened", "reopened", "synchronize", "synchronized");

  private GithubEvents() {}

  /**
   * What happened; nothing if it starts no run.
   *
   * @param dated whether the repository says when it was pushed to last
   */
  static List<SourceEvent> of(String event, JsonNode body, boolean dated)
      throws UnreadableDeliveryException {
    SourceEvent read =
        switch (event) {
          case "push" -> push(body, dated);
          // Gitea has a name of its own for new commits of a pull request.
          case "pull_request", "pull_request_sync" -> pullRequest(body);
          default -> null;
        };
    return read == null ? List.of() : List.of(read);
  }

  private static @Nullable SourceEvent push(JsonNode body, boolean dated)
      throws UnreadableDeliveryException {
    Ref ref = Ref.of(Payload.text(body, "/ref"));
    String after = Payload.commit(body, "/after");
    if (ref == null || after == null) {
      return null; // deleted, or neither a branch nor a tag
    }
    // An annotated tag is an object of its own.
    String head = Payload.commit(body, "/head_commit/id");
    Instant time = dated ? Payload.time(body, "/repository/pushed_at") : null;
    return new SourceEvent(
        repository(body),
        ref,
        ref.isTag() && head != null ? head : after,
        null,
        // Of a forced push the commits are not all that has changed since the last one.
        body.path("forced").asBoolean(false)
            ? null
            : Payload.paths(body.path("commits"), body.path("total_commits").asInt(0)),
        time);
  }

  private static @Nullable SourceEvent pullRequest(JsonNode body)
      throws UnreadableDeliveryException {
    String commit = Payload.commit(body, "/pull_request/head/sha");
    if (commit == null || !NEW_COMMITS.contains(body.path("action").asText())) {
      return null;
    }
    // The repository of the head is null where the fork is gone.
    boolean fork =
        !Objects.equals(
            Payload.optional(body, "/pull_request/head/repo/full_name"),
            Payload.text(body, "/repository/full_name"));
    return new SourceEvent(
        repository(body),
        Ref.branch(Payload.text(body, "/pull_request/head/ref")),
        commit,
        new PullRequest(
            Payload.text(body, "/pull_request/number"),
            Payload.text(body, "/pull_request/base/ref"),
            fork),
        null,
        Payload.time(body, "/pull_request/updated_at"));
  }

  private static List<String> repository(JsonNode body) {
    return Payload.texts(
        body, "/repository/clone_url", "/repository/html_url", "/repository/ssh_url");
  }
}
