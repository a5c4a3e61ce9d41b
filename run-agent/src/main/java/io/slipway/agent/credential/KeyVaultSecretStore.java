package io.slipway.agent.credential;

import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.egress.AllowedAddresses;
import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.identity.client.egress.EgressRefusedException;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.VaultAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of vaults that speak Azure Key Vault's protocol, read with a token of an identity of the
 * run. The broker gives a token for the vaults of its configuration only, so no other address is
 * ever called.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret">Get Secret</a>
 */
public final class KeyVaultSecretStore implements SecretStore {
  private static final String API = "?api-version=7.4";
  private static final int TRIES = 4;

  /** A vault that asks for more is asked again too soon, rather than that it holds up the run. */
  private static final long LONGEST_WAIT = 30_000;

  /**
   * Asks the broker for a token.
   *
   * @param vault address of the vault
   * @param clientId identity to ask with; null for the run's own
   */
  private record TokenRequest(String vault, @Nullable String clientId) {}

  private record VaultToken(String token) {}

  private record SecretBundle(@Nullable String value) {}

  private final BlockingHttp http;
  private final BrokerCalls broker;
  private final Map<String, URI> addresses;
  private final EgressPolicy egress;

  /**
   * For one attempt.
   *
   * @param egress where vaults may be that are at the address of their name
   * @param addresses by host, for vaults that are not
   */
  public KeyVaultSecretStore(
      BlockingHttp http, BrokerCalls broker, EgressPolicy egress, Map<String, URI> addresses) {
    this.http = http;
    this.broker = broker;
    this.addresses = Map.copyOf(addresses);
    this.egress = egress;
  }

  /**
   * Reads addresses from the configuration.
   *
   * @throws IllegalArgumentException that names an entry of another form
   */
  public static Map<String, URI> addresses(Optional<String> configured) {
    Map<String, URI> addresses = new LinkedHashMap<>();
    for (String entry : configured.orElse("").split(",")) {
      int equals = entry.indexOf('=');
      if (entry.isBlank()) {
        continue;
      }
      URI address = URI.create(entry.substring(equals + 1).strip());
      if (equals < 1 || !"https".equals(address.getScheme())) {
        throw new IllegalArgumentException(
            "slipway.agent.vaults: '" + entry + "' is not <host>=https://<address>");
      }
      addresses.put(entry.substring(0, equals).strip().toLowerCase(Locale.ROOT), address);
    }
    return addresses;
  }

  @Override
  public Optional<String> read(VaultAddress secret, @Nullable String clientId)
      throws Refusal, InterruptedException {
    String token = token(secret, clientId);
    requireOpen(secret.host());
    String address =
        addresses.getOrDefault(secret.host(), URI.create(secret.vault()))
            + "/secrets/"
            + secret.name()
            + (secret.version() == null ? "" : "/" + secret.version())
            + API;
    for (int tried = 1; ; tried++) {
      String trouble;
      long wait = 250L << tried;
      try {
        BlockingHttp.Answer answer = http.get(address, token);
        if (answer.ok()) {
          return Optional.of(value(secret, answer.as(SecretBundle.class)));
        }
        trouble =
            "the vault "
                + secret.host()
                + " does not give '"
                + secret.name()
                + "': "
                + answer.message();
        if (answer.status() != 429 && answer.status() < 500) {
          throw Refusal.user(trouble);
        }
        wait = Math.max(wait, Math.min(answer.retryAfter().toMillis(), LONGEST_WAIT));
      } catch (IOException unreachable) {
        trouble = "the vault " + secret.host() + " cannot be reached";
      }
      if (tried == TRIES) {
        throw Refusal.user(trouble);
      }
      Thread.sleep(wait);
    }
  }

  /** Whether the vault may be where its name leads; where a setting leads it may. */
  private void requireOpen(String host) throws Refusal {
    if (addresses.containsKey(host)) {
      return;
    }
    try {
      List<InetAddress> unused = AllowedAddresses.of(egress, host, 443);
    } catch (EgressRefusedException refused) {
      throw Refusal.user("the vault " + host + " is not allowed: " + refused.getMessage());
    } catch (UnknownHostException unknown) {
      throw Refusal.user(
          "the vault " + host + " cannot be reached: there is no such host", unknown);
    }
  }

  private static String value(VaultAddress secret, SecretBundle bundle) throws Refusal {
    if (bundle.value() == null) {
      throw Refusal.user(
          "the vault " + secret.host() + " gave no value for '" + secret.name() + "'");
    }
    return bundle.value();
  }

  private String token(VaultAddress secret, @Nullable String clientId)
      throws Refusal, InterruptedException {
    try {
      BlockingHttp.Answer answer =
          broker.call("/vault-tokens", new TokenRequest(secret.vault(), clientId));
      if (!answer.ok()) {
        throw Refusal.user("no token for the vault " + secret.host() + ": " + answer.message());
      }
      return answer.as(VaultToken.class).token();
    } catch (IOException undecided) {
      throw Refusal.user("no token for the vault " + secret.host() + ": " + undecided.getMessage());
    }
  }
}
