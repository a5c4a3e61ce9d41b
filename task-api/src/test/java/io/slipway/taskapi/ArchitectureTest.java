package io.slipway.taskapi;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.persistence.Entity;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.ext.Provider;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

@AnalyzeClasses(
    packages = "io.slipway.taskapi",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final int MOST_PARAMETERS = 9;
  private static final int MOST_COMPONENTS = 12;
  private static final String[] FRAMEWORKS = {
    "io.smallrye..",
    "io.vertx..",
    "io.quarkus..",
    "io.micrometer..",
    "jakarta..",
    "org.eclipse.microprofile..",
    "org.jboss..",
    "org.hibernate..",
    "org.apache.kafka.."
  };

  /** Packages that are functions and values and nothing else. */
  private static final String[] PURE = {
    "..definition..",
    "..body..",
    "..run.course..",
    "..log.text..",
    "..source.blob..",
    "..sourcetrigger.delivery.."
  };

  /** Packages that may handle JSON trees: bodies, the doors, columns, events, errors. */
  private static final String[] JSON = {
    "..taskapi.body..",
    "..taskapi.door..",
    "..taskapi.store..",
    "..taskapi.event..",
    "..taskapi.arm..",
    "..sourcetrigger.delivery.."
  };

  /** The package whose matter is the framework: what the others use of it. */
  private static final String[] TECHNICAL = {"..store.."};

  @ArchTest
  static final ArchRule purePackagesKnowNoFramework =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FRAMEWORKS);

  /** A class is pure unless it is wired: a new one need not be listed to be guarded. */
  @ArchTest
  static final ArchRule whatIsNotWiredIsPure =
      noClasses()
          .that(describe("are not wired", type -> !isWired(outermost(type))))
          .and()
          .resideOutsideOfPackages(TECHNICAL)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(FRAMEWORKS)
                  .and(not(resideInAnyPackage("io.vertx.core.json"))) // values, no more
                  .as("are of a framework"));

  @ArchTest
  static final ArchRule jsonTreesLiveAtTheDoor =
      noClasses()
          .that()
          .resideOutsideOfPackages(JSON)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml.jackson.databind..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().assignedFrom(new Packages()).should().beFreeOfCycles();

  /** Hibernate Reactive's session of the Vert.x context would be shared by all work in it. */
  @ArchTest
  static final ArchRule noSessionIsShared =
      noClasses()
          .should()
          .callMethodWhere(
              describe(
                  "a session is opened that others may be given too",
                  call ->
                      call.getTargetOwner().isAssignableTo(Mutiny.SessionFactory.class)
                          && !call.getName().equals("openStatelessSession")))
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("io.quarkus.hibernate.reactive.panache..");

  @ArchTest
  static final ArchRule constructorsHaveNineParametersAtMost =
      noConstructors()
          .that()
          .areDeclaredInClassesThat()
          .areNotRecords()
          .should(
              be(
                  describe(
                      "of more than " + MOST_PARAMETERS + " parameters",
                      made -> made.getRawParameterTypes().size() > MOST_PARAMETERS)));

  /** Views are what is on the wire: as wide as the other side wants them. */
  @ArchTest
  static final ArchRule recordsHaveTwelveComponentsAtMost =
      noClasses()
          .that()
          .areRecords()
          .and(describe("are no views", type -> !outermost(type).getSimpleName().endsWith("View")))
          .should(
              be(
                  describe(
                      "of more than " + MOST_COMPONENTS + " components",
                      type -> type.getFields().size() > MOST_COMPONENTS)));

  @ArchTest
  static final ArchRule resourcesDoNotTouchRows =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Resource")
          .should()
          .dependOnClassesThat()
          .areAnnotatedWith(Entity.class);

  @ArchTest
  static final ArchRule everyAddressSaysWhoMayCall =
      classes()
          .that()
          .areAnnotatedWith(Path.class)
          .should()
          .beAnnotatedWith(RolesAllowed.class)
          .orShould()
          .beAnnotatedWith(PermitAll.class);

  @ArchTest
  static final ArchRule onlyFourAddressesAreOpen =
      classes()
          .that()
          .areAnnotatedWith(PermitAll.class)
          .should(
              be(
                  simpleName("MetadataResource")
                      .or(simpleName("LogBlobResource"))
                      .or(simpleName("HookResource")) // what is sent there is signed
                      .or(simpleName("ContractResource"))));

  @ArchTest
  static final ArchRule timeComesFromTheClock =
      noClasses()
          .that()
          .doNotHaveSimpleName("ClockProducer")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(OffsetDateTime.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC");

  @ArchTest
  static final ArchRule nothingBlocksOrPrints =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .accessField(System.class, "out");

  private static boolean isWired(JavaClass type) {
    return Stream.of(
                ApplicationScoped.class,
                RequestScoped.class,
                Path.class,
                Provider.class,
                Entity.class)
            .anyMatch(type::isAnnotatedWith)
        || type.isAnnotation()
        || type.getMethods().stream()
            .anyMatch(method ->
                method.isAnnotatedWith(ServerRequestFilter.class)
                    || method.isAnnotatedWith(ServerExceptionMapper.class));
  }

  /** Each package for itself, the root included. */
  private static final class Packages implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return type.getPackageName().startsWith("io.slipway.taskapi")
          ? SliceIdentifier.of(type.getPackageName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }
}
