package io.slipway.agent.credential;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.agent.http.HttpCalls;
import io.slipway.agent.lease.Refusal;
import io.slipway.agent.log.SecretMasker;
import io.slipway.builder.Credential;
import io.slipway.builder.CredentialRefusedException;
import io.slipway.builder.CredentialSource;
import io.slipway.taskfile.plan.SecretReference;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Borrows a run's credentials from the broker, just before each use and as wide as the use. Only
 * "there is none for this registry" leads to a try without; any other refusal ends the step with
 * its reason.
 */
public final class BrokerCredentials implements CredentialSource {
  private final BrokerCalls broker;
  private final List<SecretStore> stores;
  private final SecretMasker masker;

  /**
   * For one attempt; what is lent is masked in its log.
   *
   * @param stores where values of key vaults are read
   */
  public BrokerCredentials(BrokerCalls broker, List<SecretStore> stores, SecretMasker masker) {
    this.broker = broker;
    this.stores = List.copyOf(stores);
    this.masker = masker;
  }

  @Override
  public Optional<Credential> credential(String loginServer, List<String> scopes)
      throws CredentialRefusedException, InterruptedException {
    HttpCalls.Answer answer;
    try {
      answer = broker.call("/leases", Map.of("loginServer", loginServer, "scopes", scopes));
    } catch (IOException undecided) {
      throw new CredentialRefusedException(String.valueOf(undecided.getMessage()), true);
    }
    if (answer.ok()) {
      return Optional.of(lent(answer.body()));
    }
    if (answer.status() == 404 && answer.code().equals("NoCredential")) {
      return Optional.empty();
    }
    throw new CredentialRefusedException(answer.message(), false);
  }

  private Credential lent(JsonNode body) throws CredentialRefusedException, InterruptedException {
    JsonNode vault = body.path("vault");
    String userName = value(body, "username", vault);
    String password = value(body, "password", vault);
    masker.learn(password);
    Instant expires =
        body.hasNonNull("expiresAt") ? Instant.parse(body.get("expiresAt").asText()) : null;
    return new Credential(userName, password, expires);
  }

  /** As it was lent, or from the vault whose address was lent. */
  private String value(JsonNode body, String name, JsonNode vault)
      throws CredentialRefusedException, InterruptedException {
    String lent = body.path(name).asText();
    if (!vault.path(name).asBoolean()) {
      return lent;
    }
    try {
      return new ResolveSecrets(stores, masker)
          .resolve(List.of(new SecretReference(name, lent, vault.path("clientId").asText(null))))
          .getOrDefault(name, "")
          .strip();
    } catch (Refusal refused) {
      throw new CredentialRefusedException(refused.text(), false);
    }
  }
}
