package io.slipway.broker.commit;

import io.slipway.broker.registry.BoundedBody;
import io.slipway.broker.registry.RegistryConfig;
import io.slipway.broker.sealing.SecretPlace;
import io.slipway.broker.sealing.StoredSecrets;
import io.slipway.broker.secret.RunSecretRepository;
import io.slipway.broker.store.Transactions;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.egress.EgressRefusedException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.codec.BodyCodec;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Calls to git providers: to addresses that the egress policy opens, with tokens over TLS alone,
 * following no redirect. What is wrong is an answer.
 */
@ApplicationScoped
class ProviderCalls {
  private static final Logger LOG = Logger.getLogger(ProviderCalls.class);
  private static final BodyCodec<Buffer> BOUNDED =
      BodyCodec.newInstance(BoundedBody.codec(), Buffer.__TYPE_ARG);

  private final Transactions transactions;
  private final RunSecretRepository secrets;
  private final StoredSecrets stored;
  private final ReactiveHttp http;
  private final RegistryConfig config;

  ProviderCalls(
      Transactions transactions,
      RunSecretRepository secrets,
      StoredSecrets stored,
      ReactiveHttp http,
      RegistryConfig config) {
    this.transactions = transactions;
    this.secrets = secrets;
    this.stored = stored;
    this.http = http;
    this.config = config;
  }

  /**
   * A call.
   *
   * @param secrets headers that hold a token; empty for a call as nobody
   * @param body JSON, or null for none
   */
  record Call(HttpMethod method, URI address, Map<String, String> secrets, @Nullable String body) {
    @Override
    public String toString() {
      return "Call[" + method + " " + address.getHost() + "]";
    }
  }

  /**
   * What came of it.
   *
   * @param code status, or 0 if there was no answer
   * @param problem why there was none
   * @param isFinal whether it would be the same another time
   */
  record Answer(int code, byte[] body, @Nullable String problem, boolean isFinal) {
    boolean says(String words) {
      return new String(body, StandardCharsets.UTF_8).contains(words);
    }
  }

  /** A token that an owner has, if it is one that a header can hold. */
  Uni<Optional<String>> token(UUID owner, String name) {
    return transactions
        .reading(session -> secrets.of(session, owner))
        .map(rows ->
            rows.stream()
                .filter(row -> row.name.equals(name))
                .map(row ->
                    stored.cipher().open(row.value, SecretPlace.runSecret(row.owner, row.name)))
                .filter(token -> token.chars().allMatch(letter -> letter > ' ' && letter < 127))
                .findFirst());
  }

  /** Sends it; does not fail. */
  Uni<Answer> send(Call call) {
    if (!call.secrets().isEmpty() && !config.mayCarrySecret(call.address())) {
      return Uni.createFrom()
          .item(none("The token is sent over https alone, which the address is not.", true));
    }
    return http.send(
            config.egress(),
            call.method(),
            call.address().toString(),
            request -> {
              HttpRequest<Buffer> with =
                  request.timeout(ReactiveHttp.ANSWER_MILLIS).putHeader("User-Agent", "slipway");
              call.secrets().forEach(with::putHeader);
              return call.body() == null
                  ? with.as(BOUNDED).send()
                  : with.putHeader("Content-Type", "application/json")
                      .as(BOUNDED)
                      .sendBuffer(Buffer.buffer(call.body()));
            })
        .map(answer -> {
          Buffer body = answer.body();
          byte[] bytes = body == null ? new byte[0] : body.getBytes();
          return isLimited(answer)
              ? none("The provider has had too many requests.", false)
              : new Answer(answer.statusCode(), bytes, null, false);
        })
        .onFailure()
        .recoverWithItem(failure -> {
          LOG.infof("%s can't be reached: %s", call.address().getHost(), failure);
          if (failure instanceof BoundedBody.TooLargeException) {
            return none("The provider answers with more than 1 MiB.", true);
          }
          return failure instanceof EgressRefusedException
              ? none("The provider's address: " + failure.getMessage() + ".", true)
              : none("The provider cannot be reached.", false);
        });
  }

  /** GitHub says 403 for that, as for what a token may not do. */
  private static boolean isLimited(HttpResponse<Buffer> answer) {
    return answer.statusCode() == 429
        || (answer.statusCode() == 403
            && (answer.getHeader("Retry-After") != null
                || "0".equals(answer.getHeader("X-RateLimit-Remaining"))));
  }

  private static Answer none(String problem, boolean isFinal) {
    return new Answer(0, new byte[0], problem, isFinal);
  }
}
