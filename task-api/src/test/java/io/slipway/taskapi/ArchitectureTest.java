package io.slipway.taskapi;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.persistence.Entity;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;

@AnalyzeClasses(
    packages = "io.slipway.taskapi",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final Set<String> PURE =
      Set.of(
          "RunStateMachine",
          "RunState",
          "RunChange",
          "RunTransition",
          "RunProgress",
          "RunId",
          "RunFilter",
          "RunRequestReader",
          "StepOverride",
          "AgentStep",
          "SourcePath",
          "BlockList",
          "TaskFileCheck",
          "TaskName",
          "StoredRequest",
          "Tags",
          "Warning",
          "Signature",
          "LogAssembly",
          "RunLog",
          "RunEnding",
          "ByteRange",
          "ArmPath",
          "ResourceId",
          "TaskReader",
          "StepReader",
          "SettingsReader",
          "SecretCollector",
          "Problems",
          "TriggerReader",
          "TaskPatch",
          "TaskIdentity",
          "IdentityRequest",
          "IdentityReader",
          "Step",
          "RunSettings",
          "Triggers",
          "ImportRequest",
          "ImageName");

  @ArchTest
  static final ArchRule pureCodeKnowsNoFramework =
      noClasses()
          .that(
              DescribedPredicate.describe(
                  "are pure", type -> PURE.contains(outermost(type).getSimpleName())))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.smallrye..",
              "io.vertx..",
              "io.quarkus..",
              "jakarta..",
              "org.hibernate..",
              "org.apache.kafka..");

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
  static final ArchRule onlyTwoAddressesAreOpen =
      classes()
          .that()
          .areAnnotatedWith(PermitAll.class)
          .should(
              com.tngtech.archunit.lang.conditions.ArchConditions.be(
                  simpleName("MetadataResource").or(simpleName("LogBlobResource"))));

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

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }
}
