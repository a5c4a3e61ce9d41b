package io.slipway.agent.credential;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.agent.http.HttpCalls;
import io.slipway.agent.log.SecretMasker;
import io.slipway.images.registry.Credential;
import io.slipway.images.registry.CredentialRefusedException;
import io.slipway.images.registry.CredentialSource;
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
  private final SecretMasker masker;

  /** For one attempt; what is lent is masked in its log. */
  public BrokerCredentials(BrokerCalls broker, SecretMasker masker) {
    this.broker = broker;
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

  private Credential lent(JsonNode body) {
    String password = body.path("password").asText();
    masker.learn(password);
    Instant expires =
        body.hasNonNull("expiresAt") ? Instant.parse(body.get("expiresAt").asText()) : null;
    return new Credential(body.path("username").asText(), password, expires);
  }
}
