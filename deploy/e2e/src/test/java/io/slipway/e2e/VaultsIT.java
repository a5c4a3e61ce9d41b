package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Secrets that a task file names by the address of a vault. */
@Order(14)
class VaultsIT {
  private static final Platform PLATFORM = Platform.shared();
  private static final Workshop WORKSHOP = Workshop.shared();
  private static final Cast CAST = new Cast(PLATFORM);
  private static final String VALUE = "of-the-vault-7d1f";
  private static Vault vault;

  @BeforeAll
  static void open() throws Exception {
    vault = new Vault(PLATFORM);
  }

  @AfterAll
  static void close() {
    vault.close();
  }

  /** A task file that tells a secret's length, and then prints it. */
  private static String telling(String address) {
    return """
    version: v1.1.0
    secrets:
      - id: password
        keyvault: %s
    steps:
      - cmd: $Registry/base/shell:1 sh -c 'test "$P" = "%s" && echo it is the right one; echo "[$P]"'
        env: ["P={{.Secrets.password}}"]
    """
        .formatted(address, VALUE);
  }

  @Test
  void shouldReadASecretWithTheIdentityOfTheRunAndMaskIt() {
    // Given
    String principal =
        CAST.task("vaultreader", telling("https://" + Vault.HOST + "/secrets/password"));
    vault.give(principal, "password", VALUE);
    vault.tokens.clear();

    // When
    RunEnd end = WORKSHOP.end(WORKSHOP.startTask("vaultreader")).succeeded();

    // Then
    assertThat(end.log()).contains("it is the right one", "[***]").doesNotContain("[" + VALUE);
    assertThat(vault.tokens)
        .isNotEmpty()
        .allSatisfy(token -> {
          assertThat(token.get("aud").asText()).isEqualTo(Vault.RESOURCE);
          assertThat(token.get("oid").asText()).isEqualTo(principal);
        });
  }

  @Test
  void rejectsARunWhoseIdentityTheVaultDoesNotKnow() {
    String unused = CAST.task("vaultstranger", telling("https://" + Vault.HOST + "/secrets/other"));

    RunEnd end = WORKSHOP.end(WORKSHOP.startTask("vaultstranger")).failed();

    assertThat(end.error()).contains(Vault.HOST, "other", "may not read");
    assertThat(end.log()).doesNotContain("Launching container");
  }

  @Test
  void rejectsAnIdentityThatIsNotTheRuns() {
    String foreign = "3a4a1cf1-0cf3-4f4c-8e26-2d8f2a0b0a11";
    String unused =
        CAST.task(
            "vaultimpostor",
            telling("https://" + Vault.HOST + "/secrets/password")
                .replace(
                    "/secrets/password\n", "/secrets/password\n    clientID: " + foreign + "\n"));
    int before = vault.tokens.size();

    RunEnd end = WORKSHOP.end(WORKSHOP.startTask("vaultimpostor")).failed();

    assertThat(end.error()).contains("password", Vault.HOST);
    assertThat(vault.tokens).hasSize(before);
  }

  @Test
  void rejectsAVaultThatRunsMayNotRead() {
    String unused =
        CAST.task("vaultelsewhere", telling("https://my.vault.azure.net/secrets/password"));

    RunEnd end = WORKSHOP.end(WORKSHOP.startTask("vaultelsewhere")).failed();

    assertThat(end.error()).contains("my.vault.azure.net", "slipway.broker.vault-hosts");
  }

  @Test
  void shouldReadASecretFromTheAgentsFolder() throws Exception {
    Path folder = Vault.folder(PLATFORM).resolve("files.vault.test");
    Files.writeString(Files.createDirectories(folder).resolve("password"), VALUE);

    RunEnd end = WORKSHOP.run(telling("https://files.vault.test/secrets/password")).succeeded();

    assertThat(end.log()).contains("it is the right one", "[***]").doesNotContain("[" + VALUE);
  }
}
