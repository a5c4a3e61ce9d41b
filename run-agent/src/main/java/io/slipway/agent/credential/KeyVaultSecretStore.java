package io.slipway.agent.credential;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.CheckedHttp;
import io.slipway.identity.client.RetryPolicy;
import io.slipway.identity.client.egress.EgressRefusedException;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.VaultAddress;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
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
  private static final int LARGEST = 1 << 20;

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

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record SecretBundle(@Nullable String value, @Nullable Trouble error) {
    static final SecretBundle NONE = new SecretBundle(null, null);
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Trouble(@Nullable String message) {}

  /** What a vault says, and how long it wants to be left alone. */
  private record Said(int status, SecretBundle bundle, Duration retryAfter) {}

  private final CheckedHttp<Refusal> http;
  private final ObjectMapper json;
  private final BrokerCalls broker;
  private final Map<String, URI> addresses;

  /**
   * For one attempt.
   *
   * @param http reaches vaults; it follows no look-up but the one that was checked
   * @param addresses by host, for vaults that are not at the address of their name
   */
  public KeyVaultSecretStore(
      CheckedHttp<Refusal> http,
      ObjectMapper json,
      BrokerCalls broker,
      Map<String, URI> addresses) {
    this.http = http;
    this.json = json;
    this.broker = broker;
    this.addresses = Map.copyOf(addresses);
  }

  /** What says who may not be reached; {@link #ask} says which vault that is. */
  static Refusal closed(EgressRefusedException refused) {
    return Refusal.user("is not allowed: " + refused.getMessage());
  }

  /** Places that the addresses of vaults open, as settings name them. */
  static List<String> places(Map<String, URI> addresses) {
    return addresses.values().stream()
        .map(address -> address.getHost() + ":" + (address.getPort() < 0 ? 443 : address.getPort()))
        .toList();
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
    URI address =
        URI.create(
            addresses.getOrDefault(secret.host(), URI.create(secret.vault()))
                + "/secrets/"
                + secret.name()
                + (secret.version() == null ? "" : "/" + secret.version())
                + API);
    for (int tried = 1; ; tried++) {
      String trouble;
      long wait = 250L << tried;
      try {
        Said said = ask(secret, address, token);
        if (said.status() == 200) {
          return Optional.of(value(secret, said.bundle()));
        }
        trouble =
            "the vault "
                + secret.host()
                + " does not give '"
                + secret.name()
                + "': "
                + message(said);
        if (said.status() != 429 && said.status() < 500) {
          throw Refusal.user(trouble);
        }
        wait = Math.max(wait, Math.min(said.retryAfter().toMillis(), LONGEST_WAIT));
      } catch (IOException unreachable) {
        trouble = "the vault " + secret.host() + " cannot be reached";
      }
      if (tried == TRIES) {
        throw Refusal.user(trouble);
      }
      Thread.sleep(wait);
    }
  }

  private Said ask(VaultAddress secret, URI address, String token)
      throws IOException, Refusal, InterruptedException {
    try {
      return http.get(
          address, Map.of("Authorization", "Bearer " + token), answer -> said(address, answer));
    } catch (Refusal closed) {
      throw Refusal.user("the vault " + secret.host() + " " + closed.getMessage());
    }
  }

  /** Its server alone is asked: what another one says after a redirect is not the vault's. */
  private Said said(URI asked, CheckedHttp.Answer answer) throws IOException {
    if (!answer.at().equals(asked)) {
      return new Said(302, new SecretBundle(null, new Trouble("it redirects")), Duration.ZERO);
    }
    byte[] body = answer.body().readNBytes(LARGEST);
    SecretBundle bundle;
    try {
      bundle = json.readValue(body, SecretBundle.class);
    } catch (JsonProcessingException notJson) {
      bundle = SecretBundle.NONE;
    }
    return new Said(
        answer.status(),
        bundle == null ? SecretBundle.NONE : bundle,
        RetryPolicy.retryAfter(answer.retryAfter()).orElse(Duration.ZERO));
  }

  private static String message(Said said) {
    Trouble trouble = said.bundle().error();
    return trouble == null || trouble.message() == null
        ? "HTTP status " + said.status()
        : trouble.message();
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
