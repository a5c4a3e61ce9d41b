package io.slipway.broker.registry;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.slipway.broker.upstream.ServiceCalls;
import io.slipway.identity.client.Audience;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.MultiMap;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Gets tokens of managed identities from identity-service, which decides whether a run may. */
@ApplicationScoped
public class IdentityTokenClient {
  /** The run's own identity. */
  public static final String SYSTEM = "[system]";

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final ServiceCalls calls;
  private final ActAsGrants grants;
  private final String url;

  IdentityTokenClient(
      ServiceCalls calls,
      ActAsGrants grants,
      @ConfigProperty(name = "slipway.identity-url") String identityUrl) {
    this.calls = calls;
    this.grants = grants;
    this.url = identityUrl + "/internal/identity-tokens";
  }

  /**
   * A token of the principal, in the name of the run, for the exchange at one registry and nothing
   * else.
   */
  Uni<String> forExchange(String runToken, UUID principalId, String service) {
    return grants
        .of(runToken, principalId.toString())
        .chain(
            grant -> exchange(grant, principalId.toString(), Audience.REGISTRY_EXCHANGE, service));
  }

  /**
   * A token of an identity, in the name of the run, for a key vault that its task file names.
   *
   * @param resource the vaults' resource
   */
  public Uni<String> forVault(String runToken, NamedVault vault, String resource) {
    String identity = Objects.requireNonNullElse(vault.clientId(), SYSTEM);
    return grants
        .forVault(runToken, vault)
        .chain(grant -> exchange(grant, identity, resource, resource));
  }

  /**
   * The same for a key vault that a binding of the run names.
   *
   * @param identity principal id, or {@value #SYSTEM}
   */
  public Uni<String> forBoundVault(String runToken, String identity, String resource) {
    return grants
        .of(runToken, identity)
        .chain(grant -> exchange(grant, identity, resource, resource));
  }

  /** Says what the run's task file names, before its first step: tokens are for these alone. */
  public Uni<Void> say(String runToken, List<NamedVault> vaults) {
    return grants.say(runToken, vaults);
  }

  private Uni<String> exchange(String grant, String identity, String resource, String audience) {
    MultiMap form =
        MultiMap.caseInsensitiveMultiMap()
            .add("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
            .add("subject_token", grant)
            .add("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")
            .add("requested_subject", identity)
            .add("resource", resource)
            .add("audience", audience);
    return calls
        .send(
            Upstream.IDENTITY,
            new ServiceCalls.Call(client -> client.postAbs(url), request -> request.sendForm(form)))
        .map(answer -> token(answer, identity, resource));
  }

  private static String token(HttpResponse<Buffer> answer, String identity, String resource) {
    return switch (answer.statusCode()) {
      case 200 -> answer.bodyAsJsonObject().getString("access_token");
      case 403 -> throw BrokerException.mayNotActAs(identity);
      case 400 ->
          throw isTarget(answer)
              ? BrokerException.notGranted(
                  "identity-service gives no tokens for "
                      + resource
                      + " (slipway.identity.vault-resources).",
                  Map.of())
              : BrokerException.invalidRunToken(
                  "identity-service does not accept the run's grant.");
      default ->
          throw BrokerException.unavailable(
              Upstream.IDENTITY, "it answered " + answer.statusCode(), RETRY_AFTER);
    };
  }

  private static boolean isTarget(HttpResponse<Buffer> answer) {
    try {
      return "invalid_target".equals(answer.bodyAsJsonObject().getString("error"));
    } catch (RuntimeException notJson) {
      return false;
    }
  }
}
