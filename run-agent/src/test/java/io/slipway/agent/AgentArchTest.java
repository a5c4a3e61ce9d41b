package io.slipway.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.slipway.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class AgentArchTest {
  @ArchTest
  static final ArchRule NO_DATABASE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta.persistence..", "java.sql..", "org.hibernate..");

  @ArchTest
  static final ArchRule THE_LOG_IS_PLAIN =
      noClasses()
          .that()
          .resideInAPackage("..log..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.quarkus..", "org.apache.kafka..", "jakarta..", "io.slipway.builder..");

  @ArchTest
  static final ArchRule CLOCKS_ARE_PASSED_IN =
      noClasses()
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule ONLY_GIT_STARTS_PROCESSES =
      noClasses()
          .that()
          .doNotHaveSimpleName("Git")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class);
}
