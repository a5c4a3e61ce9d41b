package io.slipway.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

@AnalyzeClasses(packages = "io.slipway.local", importOptions = ArchitectureTest.MainSources.class)
class ArchitectureTest {
  /**
   * Wherever a build puts them; ArchUnit's own option knows the folders of Maven and Gradle only.
   */
  static final class MainSources implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  @ArchTest
  static final ArchRule WHAT_IS_KEPT_KNOWS_NOBODY =
      noClasses()
          .that()
          .resideInAPackage("..state..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..part..", "..supervisor..", "..door..", "..command..", "..az..");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_THE_COMMANDS =
      noClasses()
          .that()
          .resideOutsideOfPackage("..command..")
          .and()
          .doNotHaveSimpleName("Slipway")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..command..");

  @ArchTest
  static final ArchRule PACKAGES_GO_ONE_WAY =
      slices().matching("io.slipway.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ROUTING_IS_PURE =
      noClasses()
          .that()
          .haveSimpleName("Destination")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "java.nio.file..");

  @ArchTest
  static final ArchRule THE_CLOCK_IS_GIVEN = noClasses().should().callMethod(Instant.class, "now");
}
