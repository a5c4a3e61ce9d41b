package io.slipway.agent;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.slipway.agent.attempt.BuilderRefusals;
import io.slipway.builder.EngineException;
import io.slipway.builder.RegistryCallException;
import io.slipway.taskfile.Refusal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What knows what in the agent. */
@AnalyzeClasses(packages = "io.slipway.agent", importOptions = AgentArchTest.MainClasses.class)
class AgentArchTest {
  private static final String ROOT = "io.slipway.agent";

  /** The packages from the top of a run's way to the bottom; each knows only those after it. */
  private static final List<String> DOWNWARDS =
      List.of(
          "intake",
          "run",
          "step",
          "context",
          "attempt",
          "credential",
          "decision",
          "lease",
          "event",
          "http",
          "log",
          "config");

  private static final int MOST_PARAMETERS = 9;
  private static final int MOST_COMPONENTS = 12;

  @ArchTest
  static void arrowsGoDown(JavaClasses agent) {
    for (int i = 1; i < DOWNWARDS.size(); i++) {
      String[] above =
          DOWNWARDS.subList(0, i).stream().map(AgentArchTest::whole).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(whole(DOWNWARDS.get(i)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .check(agent);
    }
  }

  @ArchTest
  static void everyPackageHasItsPlace(JavaClasses agent) {
    Set<String> packages =
        agent.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.equals(ROOT))
            .collect(Collectors.toSet());

    assertThat(packages)
        .containsExactlyInAnyOrderElementsOf(
            DOWNWARDS.stream().map(name -> ROOT + "." + name).toList());
  }

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices()
          .assignedFrom(
              new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                  return SliceIdentifier.of(type.getPackageName());
                }

                @Override
                public String getDescription() {
                  return "packages, the root among them";
                }
              })
          .should()
          .beFreeOfCycles();

  @ArchTest
  static final ArchRule DECISIONS_AND_THE_LOG_ARE_PURE =
      classes()
          .that()
          .resideInAnyPackage(whole("decision"), whole("log"))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.util",
              "java.util.function..",
              "com.fasterxml.jackson.core..",
              "org.yaml.snakeyaml..",
              "com.google.re2j..",
              "java.util.stream..",
              "java.util.concurrent",
              "java.time..",
              "java.io",
              "java.net",
              "java.nio.charset..",
              "org.jspecify..",
              "io.slipway.contract..",
              "io.slipway.taskfile..",
              "io.slipway.builder",
              whole("decision"),
              whole("log"),
              whole("lease"));

  @ArchTest
  static final ArchRule DECISIONS_TOUCH_NO_FILE_THREAD_OR_NETWORK =
      noClasses()
          .that()
          .resideInAnyPackage(whole("decision"), whole("log"))
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.(io\\.File.*|net\\.(.*Socket.*|URL|URLConnection|InetAddress|http\\..*)|lang\\.(Thread|Process).*|util\\.Random|util\\.concurrent\\.Executor.*)");

  @ArchTest
  static final ArchRule JSON_TREES_STAY_AT_THE_DOOR =
      noClasses().should().dependOnClassesThat().areAssignableTo(JsonNode.class);

  /** In {@code context} failures travel through streams; FetchContext makes refusals of them. */
  @ArchTest
  static final ArchRule ONE_WAY_FOR_FAILURES =
      classes()
          .that()
          .resideOutsideOfPackage(whole("context"))
          .and()
          .areAssignableTo(Exception.class)
          .should()
          .beAssignableTo(Refusal.class);

  @ArchTest
  static final ArchRule BUILDER_FAILURES_ARE_READ_IN_ONE_PLACE =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(BuilderRefusals.class.getName())
          .should()
          .callMethod(EngineException.class, "kind")
          .orShould()
          .callMethod(RegistryCallException.class, "reason");

  @ArchTest
  static final ArchRule SERVICES_ARE_KNOWN_BY_WHAT_THEY_PUBLISH =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "io.slipway.taskapi..", "io.slipway.broker..", "io.slipway.identity..")
                  .and(not(resideInAPackage("io.slipway.identity.client.."))));

  @ArchTest
  static final ArchRule THE_BUILDER_HAS_ONE_DOOR =
      noClasses().should().dependOnClassesThat().resideInAPackage("io.slipway.builder.*..");

  @ArchTest
  static final ArchRule NO_DATABASE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta.persistence..", "java.sql..", "org.hibernate..");

  @ArchTest
  static final ArchRule THE_LOG_KNOWS_NO_ENGINE =
      noClasses()
          .that()
          .resideInAPackage(whole("log"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.slipway.builder..", "io.slipway.taskfile..");

  @ArchTest
  static final ArchRule ONLY_QUEUE_AND_EVENTS_SPEAK_KAFKA =
      noClasses()
          .that()
          .resideOutsideOfPackages(whole("intake"), whole("event"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka.clients..");

  @ArchTest
  static final ArchRule ONLY_STEPS_DRIVE_THE_ENGINE =
      noClasses()
          .that()
          .resideOutsideOfPackage(whole("step"))
          .should()
          .dependOnClassesThat()
          .haveSimpleName("ContainerEngine")
          .orShould()
          .dependOnClassesThat()
          .haveSimpleName("EngineRun");

  @ArchTest
  static final ArchRule CLOCKS_ARE_PASSED_IN =
      noClasses()
          .that()
          .doNotHaveSimpleName("ClockProducer")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC");

  @ArchTest
  static final ArchRule ONLY_GIT_STARTS_PROCESSES =
      noClasses()
          .that()
          .doNotHaveSimpleName("Git")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class);

  @ArchTest
  static final ArchRule NARROW_CONSTRUCTORS =
      constructors()
          .should(
              new ArchCondition<>("have at most 9 parameters, or 12 components of a record") {
                @Override
                public void check(JavaConstructor constructor, ConditionEvents events) {
                  int most = constructor.getOwner().isRecord() ? MOST_COMPONENTS : MOST_PARAMETERS;
                  int number = constructor.getRawParameterTypes().size();
                  events.add(
                      new SimpleConditionEvent(
                          constructor,
                          number <= most,
                          constructor.getFullName() + " has " + number));
                }
              });

  /** By the folder's name alone, whatever compiled them. */
  static final class MainClasses implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  private static String whole(String name) {
    return ROOT + "." + name + "..";
  }
}
