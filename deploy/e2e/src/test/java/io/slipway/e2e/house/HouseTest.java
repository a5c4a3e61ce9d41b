package io.slipway.e2e.house;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom, over the borders of modules and packages. */
class HouseTest {
  private static final String CLIENT = "identity-service/client";
  private static final String CONTRACT = "task-api/contract";
  private static final String TASK_FILE = "task-api/task-file";
  private static final String TEMPLATE = "run-agent/go-template";
  private static final String BUILDER = "run-agent/builder";
  private static final String INFRA = "deploy/infra";
  private static final String LOCAL = "deploy/local";

  /** No arrow runs back up: a service knows what it publishes, and the languages it speaks. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          entry("deploy/infra/kafka-server", Set.of()),
          entry(CONTRACT, Set.of()),
          entry(TEMPLATE, Set.of()),
          entry(TASK_FILE, Set.of(TEMPLATE)),
          entry(BUILDER, Set.of(TASK_FILE, CLIENT)),
          entry(CLIENT, Set.of()),
          entry("identity-service", Set.of(CLIENT)),
          entry("credential-broker", Set.of(CLIENT)),
          entry("task-api", Set.of(CONTRACT, TASK_FILE, CLIENT)),
          // Whoever plans gives the templates their clock and their randomness.
          entry("run-agent", Set.of(CONTRACT, TASK_FILE, TEMPLATE, BUILDER, CLIENT)),
          entry("deploy/registry", Set.of(CLIENT)),
          entry(INFRA, Set.of(CONTRACT)),
          // It asks for runs by event.
          entry(LOCAL, Set.of(CONTRACT, INFRA, TASK_FILE, TEMPLATE, BUILDER)),
          entry("deploy/demo", Set.of(INFRA, LOCAL, TASK_FILE, BUILDER)),
          entry("deploy/bench", Set.of(CONTRACT, INFRA, LOCAL, "deploy/demo", TASK_FILE, BUILDER)),
          entry("deploy/simulation", Set.of(CONTRACT, "task-api", "run-agent")),
          entry("deploy/e2e", Set.of(CONTRACT, BUILDER)));

  /** What a module may not know of the world, so that it stays what it is for. */
  private static final Map<String, List<String>> MAY_NOT_KNOW =
      Map.of(
          CONTRACT,
          List.of("io.quarkus.", "io.smallrye.", "jakarta.", "org.apache.kafka."),
          TASK_FILE,
          List.of("io.quarkus.", "io.smallrye.", "jakarta.", "org.apache.kafka."),
          TEMPLATE,
          List.of("io.quarkus.", "io.smallrye.", "jakarta.", "org.apache.kafka."),
          BUILDER,
          List.of("io.quarkus.", "io.smallrye.", "jakarta.", "org.apache.kafka."),
          "run-agent",
          List.of("jakarta.persistence.", "java.sql.", "org.hibernate."),
          "task-api",
          List.of("com.google.crypto.tink."),
          "credential-broker",
          List.of("org.yaml.", "org.apache.kafka."),
          "identity-service",
          List.of("org.yaml.", "org.apache.kafka."));

  /** The packages that others may use of modules that are closed otherwise. */
  private static final Map<String, Set<String>> DOORS =
      Map.of(
          BUILDER, Set.of("io.slipway.builder", "io.slipway.builder.http"),
          TEMPLATE, Set.of("io.slipway.gotemplate"));

  private static final Map<String, JavaClasses> CLASSES = House.classes();
  private static final Map<String, List<String>> MODULES = House.modulesByPackage(CLASSES);

  private static final SliceAssignment BY_PACKAGE =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return type.getPackageName().startsWith("io.slipway.")
              ? SliceIdentifier.of(type.getPackageName())
              : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
          return "packages, the root package included";
        }
      };

  static List<String> compiledModules() {
    return List.copyOf(CLASSES.keySet());
  }

  @ParameterizedTest
  @MethodSource("compiledModules")
  void shouldHaveNoPackagesInACircle(String module) {
    slices().assignedFrom(BY_PACKAGE).should().beFreeOfCycles().check(CLASSES.get(module));
  }

  @Test
  void shouldHaveEachPackageInOneModule() {
    assertThat(MODULES.values()).hasSizeGreaterThan(60).allSatisfy(m -> assertThat(m).hasSize(1));
  }

  @Test
  void shouldKnowOnlyTheModulesThatItMay() {
    assertThat(MAY_KNOW.keySet()).as("modules that the rule names").containsAll(House.modules());
    assertThat(dependencies((from, to) -> !from.equals(to) && !MAY_KNOW.get(from).contains(to)))
        .isEmpty();
  }

  @Test
  void shouldUseClosedModulesByTheirDoors() {
    Set<String> offenders = new TreeSet<>();
    CLASSES.forEach((module, classes) ->
        classes.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> isPastTheDoor(module, dependency))
            .forEach(dependency -> offenders.add(line(module, dependency))));
    assertThat(offenders).isEmpty();
  }

  @Test
  void shouldNotKnowTheWorldThatOthersLiveIn() {
    Set<String> offenders = new TreeSet<>();
    MAY_NOT_KNOW.forEach((module, closed) ->
        CLASSES.get(module).stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(
                dependency -> closed.stream().anyMatch(target(dependency).getName()::startsWith))
            .forEach(dependency -> offenders.add(line(module, dependency))));
    assertThat(offenders).isEmpty();
  }

  /** Tests use doors too, and may start the infrastructure. */
  @Test
  void shouldImportInTestsOnlyWhatTheModuleMayKnow() {
    List<String> offenders = new ArrayList<>();
    for (SourceFile source : House.sources()) {
      for (String imported : source.imports()) {
        String owner = owner(imported);
        if (owner == null || owner.equals(source.module())) {
          continue;
        }
        boolean known = MAY_KNOW.get(source.module()).contains(owner) || owner.equals(INFRA);
        Set<String> door = DOORS.get(owner);
        boolean byTheDoor = door == null || door.contains(packageOf(imported));
        if (source.test() && !(known && byTheDoor)) {
          offenders.add(source.path() + " -> " + imported);
        }
      }
    }
    assertThat(offenders).isEmpty();
  }

  private static Set<String> dependencies(BiPredicate<String, String> wrong) {
    Set<String> offenders = new TreeSet<>();
    CLASSES.forEach((module, classes) ->
        classes.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> {
              List<String> owners = MODULES.get(target(dependency).getPackageName());
              return owners != null && wrong.test(module, owners.getFirst());
            })
            .forEach(dependency -> offenders.add(line(module, dependency))));
    return offenders;
  }

  private static boolean isPastTheDoor(String module, Dependency dependency) {
    String name = target(dependency).getPackageName();
    List<String> owners = MODULES.get(name);
    if (owners == null || owners.contains(module)) {
      return false;
    }
    Set<String> door = DOORS.get(owners.getFirst());
    return door != null && !door.contains(name);
  }

  private static String line(String module, Dependency dependency) {
    return module
        + ": "
        + dependency.getOriginClass().getName()
        + " -> "
        + target(dependency).getName();
  }

  private static JavaClass target(Dependency dependency) {
    return dependency.getTargetClass().getBaseComponentType();
  }

  /** The module of an imported type, or null if it is none of ours. */
  private static String owner(String imported) {
    List<String> owners = MODULES.get(packageOf(imported));
    return owners == null ? null : owners.getFirst();
  }

  private static String packageOf(String imported) {
    StringBuilder name = new StringBuilder();
    for (String part : imported.split("\\.")) {
      if (!Character.isLowerCase(part.charAt(0))) {
        break;
      }
      name.append(name.isEmpty() ? "" : ".").append(part);
    }
    return name.toString();
  }
}
