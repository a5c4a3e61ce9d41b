package io.slipway.taskapi.sourcetrigger;

import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a poll of a repository tells a trigger. Pure. */
final class PolledRefs {
  /** Branches and tags that a trigger can watch. */
  static final int MOST = 500;

  /** Runs of one poll; what is beyond is not built. */
  private static final int MOST_EVENTS = 20;

  private PolledRefs() {}

  /** The branches and tags that a trigger is for, with their commits; some may be too many. */
  static Map<String, String> watched(Triggers.Source trigger, Map<String, String> refs) {
    Map<String, String> watched = new TreeMap<>();
    SourceTriggerDecision decision = new SourceTriggerDecision(trigger, false);
    refs.forEach((ref, commit) -> {
      Optional<SourceEvent> event = SourceEvent.pushed(repository(trigger), ref, commit);
      if (event.isPresent() && watched.size() <= MOST && decision.refusal(event.get()).isEmpty()) {
        watched.put(ref, commit);
      }
    });
    return watched;
  }

  /** What the refs of a trigger are remembered under: another filter begins anew. */
  static String place(Triggers.Source trigger) {
    Triggers.Repository repository = trigger.sourceRepository();
    return String.join(
        "\n",
        trigger.name(),
        repository.repositoryUrl(),
        String.valueOf(repository.branch()),
        String.valueOf(trigger.branches()),
        String.valueOf(trigger.tags()));
  }

  /** What was pushed since; nothing the first time, when there is nothing to compare with. */
  static List<SourceEvent> pushed(
      Triggers.Source trigger, @Nullable Map<String, String> before, Map<String, String> now) {
    List<SourceEvent> events = new ArrayList<>();
    if (before != null) {
      now.forEach((ref, commit) -> {
        if (!commit.equals(before.get(ref)) && events.size() < MOST_EVENTS) {
          SourceEvent.pushed(repository(trigger), ref, commit).ifPresent(events::add);
        }
      });
    }
    return events;
  }

  private static String repository(Triggers.Source trigger) {
    return trigger.sourceRepository().repositoryUrl();
  }
}
