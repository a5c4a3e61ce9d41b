package io.slipway.agent.credential;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.agent.http.HttpCalls;
import io.slipway.agent.log.SecretMasker;
import io.slipway.agent.run.RunLease;
import io.slipway.images.registry.Credential;
import io.slipway.images.registry.CredentialRefusedException;
import io.slipway.images.registry.CredentialSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Borrows a run's credentials from the broker, just before each use and as wide as the use. Only
 * "there is none for this registry" leads to a try without; any other refusal ends the step with
 * its reason.
 */
public final class BrokerCredentials implements CredentialSource {
  private static final int TRIES = 5;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final HttpCalls http;
  private final String brokerUrl;
  private final RunLease lease;
  private final SecretMasker masker;

  /** For one attempt; what is lent is masked in its log. */
  public BrokerCredentials(HttpCalls http, String brokerUrl, RunLease lease, SecretMasker masker) {
    this.http = http;
    this.brokerUrl = brokerUrl;
    this.lease = lease;
    this.masker = masker;
  }

  @Override
  public Optional<Credential> credential(String loginServer, List<String> scopes)
      throws CredentialRefusedException, InterruptedException {
    for (int tried = 1; ; tried++) {
      String trouble;
      Duration wait = Duration.ofMillis(500L << tried);
      try {
        HttpCalls.Answer answer =
            http.post(
                brokerUrl + "/leases",
                lease.token(),
                Map.of("loginServer", loginServer, "scopes", scopes));
        if (answer.ok()) {
          return Optional.of(lent(answer.body()));
        }
        if (answer.status() == 404 && answer.code().equals("NoCredential")) {
          return Optional.empty();
        }
        if (answer.status() != 429 && answer.status() < 500) {
          throw new CredentialRefusedException(answer.message(), false);
        }
        trouble = answer.message();
        wait = longer(wait, answer.retryAfter());
      } catch (IOException unreachable) {
        trouble = "credential-broker cannot be reached";
      }
      if (tried == TRIES) {
        throw new CredentialRefusedException(trouble, true);
      }
      // Agents that were refused together shall not come back together.
      Thread.sleep(wait.plusMillis(ThreadLocalRandom.current().nextLong(500)));
    }
  }

  private static Duration longer(Duration pause, Duration asked) {
    Duration bounded = asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    return bounded.compareTo(pause) > 0 ? bounded : pause;
  }

  private Credential lent(JsonNode body) {
    String password = body.path("password").asText();
    masker.learn(password);
    Instant expires =
        body.hasNonNull("expiresAt") ? Instant.parse(body.get("expiresAt").asText()) : null;
    return new Credential(body.path("username").asText(), password, expires);
  }
}
