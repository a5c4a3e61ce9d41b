package io.slipway.broker.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.broker.BrokerException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissingRightTest {

  private static BrokerException refusal(List<String> actions, String... roles) {
    return new MissingRight("r:1", "id", "client", "principal", actions, "/scope", List.of(roles))
        .refusal();
  }

  @ParameterizedTest
  @CsvSource({
    "pull, pull from",
    "metadata_read, read attributes in",
    "push, push to",
    "metadata_write, change attributes in",
    "delete, delete in",
  })
  void shouldNameTheRoleThatTheIssuerSaidAndTheCommand(String action, String verb) {
    BrokerException refusal = refusal(List.of(action), "A role of its own");

    assertThat(refusal.status()).isEqualTo(403);
    assertThat(refusal.details())
        .containsEntry("missingRole", "A role of its own")
        .containsEntry("scope", "/scope");
    assertThat(refusal)
        .hasMessage(
            "Identity 'id' (client id client, principal id principal) has no right to %s r:1: it"
                + " lacks role A role of its own on scope '/scope'. Grant it: az role assignment"
                + " create --assignee principal --role A role of its own --scope /scope",
            verb);
  }

  @Test
  void shouldNameAllRolesWhereOneIsNotEnough() {
    BrokerException refusal = refusal(List.of("push", "delete"), "AcrPush", "AcrDelete");

    assertThat(refusal.details()).containsEntry("missingRole", "AcrPush,AcrDelete");
    assertThat(refusal)
        .hasMessage(
            "Identity 'id' (client id client, principal id principal) has no right to push to and"
                + " delete in r:1: it lacks roles AcrPush and AcrDelete on scope '/scope'. Grant"
                + " it: az role assignment create --assignee principal --role AcrPush --scope"
                + " /scope && az role assignment create --assignee principal --role AcrDelete"
                + " --scope /scope");
  }

  @Test
  void shouldNameNoRoleAtAForeignRegistry() {
    BrokerException refusal =
        new MissingRight("r:1", null, "[system]", "principal", List.of("pull"), null, List.of())
            .refusal();

    assertThat(refusal)
        .hasMessage("Identity (principal id principal) has no right to pull from r:1.");
    assertThat(refusal.details()).containsOnlyKeys("principalId");
  }

  @Test
  void shouldSayWhenNotEvenTheLogInIsAllowed() {
    assertThat(refusal(List.of(), "AcrPull")).hasMessageContaining("has no right to log in to r:1");
  }
}
