package io.slipway.taskapi;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.leader.Leader;
import java.util.List;
import java.util.Map;

/** What timers do is safe with two instances of this service. */
@AnalyzeClasses(
    packages = "io.slipway.taskapi",
    importOptions = ImportOption.DoNotIncludeTests.class)
class SweepsTest {
  /** Those that each instance may do, and why that is safe. */
  private static final Map<String, String> BY_EACH =
      Map.of(
          "ProcessCleanups", "claims each cleanup under a lock that skips those of others",
          "OutboxRelay", "deletes what is old; to do so twice changes nothing",
          "EnsureTopics", "a topic that is there already is no error",
          "ExpireSources", "deletes what is old, and the files of its own instance");

  @ArchTest
  static final ArchRule theLeaderSweeps =
      methods()
          .that()
          .areAnnotatedWith(Scheduled.class)
          .and(
              DescribedPredicate.<JavaMethod>describe(
                  "are not safe in each instance",
                  method -> !BY_EACH.containsKey(method.getOwner().getSimpleName())))
          .should(
              new ArchCondition<>("ask the leader, or work in pieces that do") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                  JavaClass type = method.getOwner();
                  events.add(
                      new SimpleConditionEvent(
                          type, asks(type), type.getSimpleName() + " does not ask the leader"));
                }
              });

  /** Itself, or what it has in a field, which may have it in one. */
  private static boolean asks(JavaClass type) {
    return type.isEquivalentTo(Leader.class)
        || type.getFields().stream()
            .map(field -> field.getRawType())
            .filter(part -> part.getPackageName().startsWith("io.slipway.taskapi"))
            .filter(part -> part.isEquivalentTo(Leader.class) || isOfPieces(part))
            .anyMatch(SweepsTest::asks);
  }

  private static boolean isOfPieces(JavaClass type) {
    return List.of("Pieces", "DeleteRuns", "WaitingRows").contains(type.getSimpleName());
  }
}
