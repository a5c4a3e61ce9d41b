package io.slipway.taskapi.sourcetrigger;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.PullRequest;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent.Ref;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTriggerDecisionTest {
  /** {@code -} is what is not given; a tag begins with {@code tag:}, a fork's request with !. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Enabled  | commit      | -         | -   | -        | main    | -      | a.md     | fires
          Enabled  | commit      | -         | -   | -        | dev     | -      | a.md     | The branch 'dev' is none of the trigger's, [main].
          Enabled  | commit      | -         | -   | -        | Main    | -      | a.md     | The branch 'Main' is none of the trigger's, [main].
          Enabled  | Commit      | dev,re*/* | -   | -        | re1/x   | -      | a.md     | fires
          Enabled  | commit      | dev       | -   | -        | main    | -      | a.md     | The branch 'main' is none of the trigger's, [dev].
          Disabled | commit      | -         | -   | -        | main    | -      | a.md     | The trigger is disabled.
          Enabled  | pullrequest | -         | -   | -        | main    | -      | a.md     | The trigger is not for events of the kind 'commit'.
          Enabled  | commit      | -         | -   | -        | tag:v1  | -      | a.md     | The tag 'v1' is none of the trigger's, [].
          Enabled  | commit      | -         | v*  | -        | tag:v1  | -      | a.md     | fires
          Enabled  | commit      | -         | v*  | -        | main    | -      | a.md     | fires
          Enabled  | commit      | **        | -   | -        | a$(id)  | -      | a.md     | The name of the branch or tag has characters that are not handed on to runs: it may have letters, digits and _./+@#=,- after a first letter or digit.
          Enabled  | commit      | **        | -   | -        | été/1.2+b | -    | a.md     | fires
          Enabled  | commit      | -         | -   | src/**   | main    | -      | src/b/c  | fires
          Enabled  | commit      | -         | -   | src/**   | main    | -      | a.md     | None of the files that were changed is of the trigger's paths.
          Enabled  | commit      | -         | -   | !**/*.md | main    | -      | a.md     | None of the files that were changed is of the trigger's paths.
          Enabled  | commit      | -         | -   | src/**   | main    | -      | -        | fires
          Enabled  | commit      | -         | -   | -        | fix     | 7>main | -        | The trigger is not for events of the kind 'pullrequest'.
          Enabled  | pullrequest | -         | -   | -        | fix     | 7>main | -        | fires
          Enabled  | pullrequest | -         | -   | -        | main    | 7>dev  | -        | The branch 'dev' is none of the trigger's, [main].
          Enabled  | pullrequest | -         | -   | -        | fix     | 7>main!| -        | Pull request 7 is from a fork, and runs have the credentials of the task (slipway.sources.fork-pull-requests).
          """)
  void shouldDecide(
      String status,
      String event,
      String branches,
      String tags,
      String paths,
      String ref,
      String request,
      String changed,
      String expected) {
    Triggers.Source trigger =
        new Triggers.Source(
            "s",
            status,
            List.of(event),
            list(branches),
            list(tags),
            list(paths),
            null,
            new Triggers.Repository("Github", "https://git.example/team/app.git", "main", null));
    SourceEvent told =
        new SourceEvent(
            List.of("https://git.example/Team/app"),
            new Ref(ref.replace("tag:", ""), ref.startsWith("tag:")),
            "59b20b8d5c6ff8d09518216e87bcab5ac67a58a3",
            request.equals("-")
                ? null
                : new PullRequest(
                    "7", request.substring(2).replace("!", ""), request.endsWith("!")),
            changed.equals("-") ? null : Set.of(changed),
            null);

    assertThat(new SourceTriggerDecision(trigger, false).refusal(told).orElse("fires"))
        .isEqualTo(expected);
    assertThat(new SourceTriggerDecision(trigger, true).refusal(told).orElse("fires"))
        .isEqualTo(request.endsWith("!") ? "fires" : expected);
    SourceEvent elsewhere =
        new SourceEvent(
            List.of("https://git.example/evil/app"), told.ref(), told.commit(), null, null, null);
    assertThat(new SourceTriggerDecision(trigger, true).refusal(elsewhere)).isPresent();
  }

  private static @Nullable List<String> list(String text) {
    return text.equals("-") ? null : List.of(text.split(","));
  }
}
