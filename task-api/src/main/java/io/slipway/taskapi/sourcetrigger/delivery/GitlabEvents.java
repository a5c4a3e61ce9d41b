package io.slipway.taskapi.sourcetrigger.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.PullRequest;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.Ref;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Deliveries of GitLab. A push says nothing of its time. Pure. */
final class GitlabEvents {
  private GitlabEvents() {}

  /** What happened; nothing if it starts no run. */
  static List<SourceEvent> of(JsonNode body) throws UnreadableDeliveryException {
    SourceEvent read =
        switch (body.path("object_kind").asText()) {
          case "push", "tag_push" -> push(body);
          case "merge_request" -> mergeRequest(body);
          default -> null;
        };
    return read == null ? List.of() : List.of(read);
  }

  private static @Nullable SourceEvent push(JsonNode body) throws UnreadableDeliveryException {
    Ref ref = Ref.of(Payload.text(body, "/ref"));
    String after = Payload.commit(body, "/after");
    String checkout = Payload.commit(body, "/checkout_sha");
    if (ref == null || after == null) {
      return null;
    }
    return new SourceEvent(
        project(body, "/project"),
        ref,
        checkout == null ? after : checkout,
        null,
        Payload.paths(body.path("commits"), body.path("total_commits_count").asInt(0)),
        null);
  }

  private static @Nullable SourceEvent mergeRequest(JsonNode body)
      throws UnreadableDeliveryException {
    JsonNode request = body.path("object_attributes");
    String commit = Payload.commit(request, "/last_commit/id");
    boolean isNew =
        switch (request.path("action").asText()) {
          case "open", "reopen" -> true;
          case "update" -> request.hasNonNull("oldrev"); // other updates bring no commits
          default -> false;
        };
    if (commit == null || !isNew) {
      return null;
    }
    boolean fork =
        !Objects.equals(
            Payload.text(request, "/source_project_id"),
            Payload.text(request, "/target_project_id"));
    return new SourceEvent(
        project(body, "/project"),
        Ref.branch(Payload.text(request, "/source_branch")),
        commit,
        new PullRequest(
            Payload.text(request, "/iid"), Payload.text(request, "/target_branch"), fork),
        null,
        Payload.time(request, "/updated_at"));
  }

  private static List<String> project(JsonNode body, String at) {
    return Payload.texts(body, at + "/git_http_url", at + "/web_url", at + "/git_ssh_url");
  }
}
