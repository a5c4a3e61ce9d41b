package io.slipway.taskapi.sourcetrigger.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.PullRequest;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.Ref;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of Bitbucket Cloud and of Bitbucket Data Center, whose bodies have nothing in common.
 * Neither names the files that were changed. Pure.
 */
final class BitbucketEvents {
  private BitbucketEvents() {}

  /** What happened; nothing if it starts no run. */
  static List<SourceEvent> of(String event, JsonNode body) throws UnreadableDeliveryException {
    return switch (event) {
      case "repo:push" -> pushes(body);
      case "pullrequest:created", "pullrequest:updated" -> List.of(pullRequest(body));
      case "repo:refs_changed" -> changes(body);
      case "pr:opened", "pr:from_ref_updated" -> List.of(dataCenterPullRequest(body));
      default -> List.of();
    };
  }

  private static List<SourceEvent> pushes(JsonNode body) throws UnreadableDeliveryException {
    List<SourceEvent> events = new ArrayList<>();
    for (JsonNode change : body.at("/push/changes")) {
      String commit = Payload.commit(change, "/new/target/hash");
      Ref ref = ref(change.path("new").path("type").asText(), change, "/new/name");
      if (commit != null && ref != null) {
        events.add(new SourceEvent(cloud(body), ref, commit, null, null, null));
      }
    }
    return events;
  }

  private static @Nullable Ref ref(String type, JsonNode change, String at)
      throws UnreadableDeliveryException {
    return switch (type) {
      case "branch", "BRANCH" -> Ref.branch(Payload.text(change, at));
      case "tag", "TAG" -> Ref.tag(Payload.text(change, at));
      default -> null;
    };
  }

  private static SourceEvent pullRequest(JsonNode body) throws UnreadableDeliveryException {
    JsonNode request = body.path("pullrequest");
    boolean fork =
        !Objects.equals(
            Payload.optional(request, "/source/repository/full_name"),
            Payload.text(request, "/destination/repository/full_name"));
    return new SourceEvent(
        cloud(body),
        Ref.branch(Payload.text(request, "/source/branch/name")),
        required(Payload.commit(request, "/source/commit/hash"), "/pullrequest/source/commit/hash"),
        new PullRequest(
            Payload.text(request, "/id"), Payload.text(request, "/destination/branch/name"), fork),
        null,
        Payload.time(request, "/updated_on"));
  }

  private static List<SourceEvent> changes(JsonNode body) throws UnreadableDeliveryException {
    List<SourceEvent> events = new ArrayList<>();
    for (JsonNode change : body.path("changes")) {
      String commit = Payload.commit(change, "/toHash");
      Ref ref = ref(change.path("ref").path("type").asText(), change, "/ref/displayId");
      if (commit != null && ref != null) {
        events.add(
            new SourceEvent(
                dataCenter(body.path("repository")),
                ref,
                commit,
                null,
                null,
                Payload.time(body, "/date")));
      }
    }
    return events;
  }

  private static SourceEvent dataCenterPullRequest(JsonNode body)
      throws UnreadableDeliveryException {
    JsonNode request = body.path("pullRequest");
    boolean fork =
        !Objects.equals(
            Payload.text(request, "/fromRef/repository/id"),
            Payload.text(request, "/toRef/repository/id"));
    return new SourceEvent(
        dataCenter(request.at("/toRef/repository")),
        Ref.branch(Payload.text(request, "/fromRef/displayId")),
        required(Payload.commit(request, "/fromRef/latestCommit"), "/pullRequest/fromRef"),
        new PullRequest(
            Payload.text(request, "/id"), Payload.text(request, "/toRef/displayId"), fork),
        null,
        Payload.time(body, "/date"));
  }

  private static String required(@Nullable String commit, String at)
      throws UnreadableDeliveryException {
    if (commit == null) {
      throw new UnreadableDeliveryException("it has no commit at " + at);
    }
    return commit;
  }

  private static List<String> cloud(JsonNode body) {
    return Payload.texts(body, "/repository/links/html/href");
  }

  private static List<String> dataCenter(JsonNode repository) throws UnreadableDeliveryException {
    List<String> addresses = new ArrayList<>();
    repository.at("/links/clone").forEach(link -> addresses.addAll(Payload.texts(link, "/href")));
    addresses.add(
        "/" + Payload.text(repository, "/project/key") + "/" + Payload.text(repository, "/slug"));
    return addresses;
  }
}
