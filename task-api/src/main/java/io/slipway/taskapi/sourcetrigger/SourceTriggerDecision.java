package io.slipway.taskapi.sourcetrigger;

import com.google.re2j.Pattern;
import io.slipway.taskapi.definition.GitContext;
import io.slipway.taskapi.definition.Globs;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.PullRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether what happened in a repository starts a run of a trigger. Pure. */
final class SourceTriggerDecision {
  /** Lets nothing in: no branch and no tag is empty. */
  private static final List<String> NONE = List.of("");

  /** More are not looked at, as if the provider had not named them. */
  private static final int MOST_PATHS = 3_000;

  /**
   * Templates put names into commands and documents, and whoever may push a branch need not be one
   * who may change the task. Git takes nearly every character.
   */
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_./+@#=,-]*");

  private final Triggers.Source trigger;
  private final boolean forks;
  private final Globs branches;
  private final Globs tags;
  private final Globs paths;

  /**
   * For many events of one trigger.
   *
   * @param forks whether commits of forks may be built
   */
  SourceTriggerDecision(Triggers.Source trigger, boolean forks) {
    this.trigger = trigger;
    this.forks = forks;
    String branch = trigger.sourceRepository().branch();
    this.branches =
        new Globs(
            Objects.requireNonNullElse(
                trigger.branches(), branch == null ? NONE : List.of(branch)));
    this.tags = new Globs(Objects.requireNonNullElse(trigger.tags(), NONE));
    this.paths = new Globs(Objects.requireNonNullElse(trigger.paths(), List.of()));
  }

  /** Why an event starts none, or nothing if it does. */
  Optional<String> refusal(SourceEvent event) {
    return Optional.ofNullable(why(event));
  }

  private @Nullable String why(SourceEvent event) {
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
    if (!NAME.matcher(event.ref().name()).matches()) {
      return "The name of the branch or tag has characters that are not handed on to runs:"
          + " it may have letters, digits and _./+@#=,- after a first letter or digit.";
    }
    String name = request == null ? event.ref().name() : request.target();
    Globs globs = request == null && event.ref().isTag() ? tags : branches;
    if (!globs.match(name)) {
      return "The %s '%s' is none of the trigger's, %s."
          .formatted(event.ref().isTag() ? "tag" : "branch", name, globs);
    }
    Set<String> changed = event.paths();
    if (trigger.paths() != null
        && changed != null
        && changed.size() <= MOST_PATHS
        && !paths.matchAny(changed)) {
      return "None of the files that were changed is of the trigger's paths.";
    }
    return null;
  }
}
