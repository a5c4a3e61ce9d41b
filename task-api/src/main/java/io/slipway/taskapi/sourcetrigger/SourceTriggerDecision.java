package io.slipway.taskapi.sourcetrigger;

import io.slipway.taskapi.definition.GitContext;
import io.slipway.taskapi.definition.Globs;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.PullRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether what happened in a repository starts a run of a trigger. Pure. */
final class SourceTriggerDecision {
  /** Lets nothing in: no branch and no tag is empty. */
  private static final List<String> NONE = List.of("");

  private SourceTriggerDecision() {}

  /**
   * Why it starts none, or nothing if it does.
   *
   * @param forks whether commits of forks may be built
   */
  static Optional<String> refusal(Triggers.Source trigger, SourceEvent event, boolean forks) {
    return Optional.ofNullable(why(trigger, event, forks));
  }

  private static @Nullable String why(Triggers.Source trigger, SourceEvent event, boolean forks) {
    if (!trigger.isEnabled()) {
      return "The trigger is disabled.";
    }
    String repository = trigger.sourceRepository().repositoryUrl();
    if (!GitContext.isOneOf(repository, event.repositories())) {
      return "The delivery is of another repository than the trigger's, " + repository + ".";
    }
    if (trigger.sourceTriggerEvents().stream().noneMatch(event.type()::equalsIgnoreCase)) {
      return "The trigger is not for events of the kind '" + event.type() + "'.";
    }
    PullRequest request = event.pullRequest();
    if (request != null && request.isFromFork() && !forks) {
      return "Pull request "
          + request.id()
          + " is from a fork, and runs have the credentials of the task"
          + " (slipway.sources.fork-pull-requests).";
    }
    String name = request == null ? event.ref().name() : request.target();
    List<String> globs = globs(trigger, request == null && event.ref().isTag());
    if (!Globs.match(globs, name)) {
      return "The %s '%s' is none of the trigger's, %s."
          .formatted(event.ref().isTag() ? "tag" : "branch", name, globs);
    }
    Set<String> changed = event.paths();
    if (trigger.paths() != null && changed != null && !Globs.matchAny(trigger.paths(), changed)) {
      return "None of the files that were changed is of the trigger's paths.";
    }
    return null;
  }

  /** What the name must match; nothing matches a tag unless the trigger names tags. */
  private static List<String> globs(Triggers.Source trigger, boolean tag) {
    List<String> globs = tag ? trigger.tags() : trigger.branches();
    if (globs != null) {
      return globs;
    }
    String branch = trigger.sourceRepository().branch();
    return tag || branch == null ? NONE : List.of(branch);
  }
}
