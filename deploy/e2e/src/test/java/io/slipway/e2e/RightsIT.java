package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A pull needs the role and the task's credential; either alone is refused, and nothing is pushed.
 */
@Order(2)
class RightsIT {
  private static final Platform PLATFORM = Platform.shared();
  private static final Cast CAST = new Cast(PLATFORM);
  private static GitServer git;
  private static String principal;

  @BeforeAll
  static void makeTask() {
    git = new GitServer(Path.of("target/git-rights"));
    String context =
        git.repository(
            "rights",
            Map.of(
                "Dockerfile-app",
                "ARG REGISTRY_NAME\nFROM ${REGISTRY_NAME}/baseimages/node:15-alpine\nLABEL a=b\n"));
    principal = CAST.task("rightstask", CAST.buildAndPush("rights", context));
  }

  @AfterAll
  static void stop() {
    git.close();
  }

  @Test
  @Order(1)
  void rejectsATaskWithNeither() {
    assertThat(CAST.run("rightstask").failed().all()).contains("failed after");
    assertThat(CAST.tags("rights")).isEmpty();
  }

  @Test
  @Order(2)
  void rejectsARoleWithoutACredential() {
    CAST.grantPull(principal);

    assertThat(CAST.run("rightstask").failed().all())
        .contains("failed after")
        .doesNotContain("Successfully logged into " + CAST.baseServer());
    assertThat(CAST.tags("rights")).isEmpty();
  }

  @Test
  @Order(3)
  void rejectsACredentialWithoutARole() {
    CAST.removePull(principal);
    CAST.credential("rightstask");

    assertThat(CAST.run("rightstask").failed().all())
        .contains("AcrPull", principal, CAST.baseId())
        .doesNotContain("Executing step ID");
    assertThat(CAST.tags("rights")).isEmpty();
  }

  @Test
  @Order(4)
  void shouldRunWithBoth() {
    CAST.grantPull(principal);

    assertThat(CAST.run("rightstask").succeeded().all()).contains("was successful after");
    assertThat(CAST.tags("rights")).hasSize(1);
  }

  @Test
  @Order(5)
  void rejectsTheNextRunAfterTheRoleIsGone() {
    CAST.removePull(principal);

    assertThat(CAST.run("rightstask").failed().all()).contains("AcrPull");
    assertThat(CAST.tags("rights")).hasSize(1);
  }

  @Test
  @Order(6)
  void rejectsASecondCredentialForTheSameLoginServer() {
    assertThat(
            PLATFORM
                .az(
                    "acr",
                    "task",
                    "credential",
                    "add",
                    "--name",
                    "rightstask",
                    "--registry",
                    Cast.REGISTRY,
                    "--login-server",
                    CAST.baseServer(),
                    "--use-identity",
                    "[system]")
                .failed()
                .all())
        .contains("already exists");
  }
}
