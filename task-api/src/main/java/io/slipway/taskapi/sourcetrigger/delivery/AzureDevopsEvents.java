package io.slipway.taskapi.sourcetrigger.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.PullRequest;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.Ref;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Deliveries of service hooks of Azure DevOps. None names the files that were changed. Pure. */
final class AzureDevopsEvents {
  private AzureDevopsEvents() {}

  /** What happened; nothing if it starts no run. */
  static List<SourceEvent> of(JsonNode body) throws UnreadableDeliveryException {
    if (!body.path("publisherId").asText().equals("tfs")) {
      throw new UnreadableDeliveryException("its body has no publisherId 'tfs'");
    }
    return switch (body.path("eventType").asText()) {
      case "git.push" -> pushes(body);
      case "git.pullrequest.created", "git.pullrequest.updated" -> pullRequest(body);
      default -> List.of();
    };
  }

  private static List<SourceEvent> pushes(JsonNode body) throws UnreadableDeliveryException {
    List<SourceEvent> events = new ArrayList<>();
    Instant time = Payload.time(body, "/createdDate");
    for (JsonNode update : body.at("/resource/refUpdates")) {
      Ref ref = Ref.of(Payload.text(update, "/name"));
      String commit = Payload.commit(update, "/newObjectId");
      if (ref != null && commit != null) {
        events.add(new SourceEvent(repository(body), ref, commit, null, null, time));
      }
    }
    return events;
  }

  private static List<SourceEvent> pullRequest(JsonNode body) throws UnreadableDeliveryException {
    JsonNode resource = body.path("resource");
    String commit = Payload.commit(resource, "/lastMergeSourceCommit/commitId");
    if (commit == null || !resource.path("status").asText("active").equals("active")) {
      return List.of();
    }
    return List.of(
        new SourceEvent(
            repository(body),
            Ref.branch(Payload.text(resource, "/sourceRefName")),
            commit,
            new PullRequest(
                Payload.text(resource, "/pullRequestId"),
                Ref.branch(Payload.text(resource, "/targetRefName")).name(),
                resource.hasNonNull("forkSource")),
            null,
            Payload.time(body, "/createdDate")));
  }

  private static List<String> repository(JsonNode body) {
    return Payload.texts(body, "/resource/repository/remoteUrl", "/resource/repository/sshUrl");
  }
}
