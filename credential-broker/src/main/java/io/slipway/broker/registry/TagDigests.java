package io.slipway.broker.registry;

import io.slipway.broker.BrokerException;
import io.slipway.broker.rule.LoginServer;
import io.slipway.identity.client.Challenge;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.client.egress.EgressRefusedException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.codec.BodyCodec;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks a registry what a tag points to, as nobody or with a user name and password: they go to the
 * registry itself or to where it has its tokens from, as in any client of registries.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests">OCI
 *     Distribution, pulling manifests</a>
 */
@ApplicationScoped
public class TagDigests {
  /** An index comes first: it is what the tag points to. */
  private static final String MANIFESTS =
      "application/vnd.oci.image.index.v1+json,"
          + "application/vnd.docker.distribution.manifest.list.v2+json,"
          + "application/vnd.oci.image.manifest.v1+json,"
          + "application/vnd.docker.distribution.manifest.v2+json";

  /** Docker Hub has its content elsewhere than its name. */
  private static final Set<String> HUB =
      Set.of("docker.io", "index.docker.io", "registry.hub.docker.com");

  private static final LoginServer HUB_CONTENT =
      LoginServer.parse("registry-1.docker.io").orElseThrow();

  private static final int DIGEST_LENGTH = "sha256:".length() + 64;

  private static final BodyCodec<Buffer> BOUNDED =
      BodyCodec.newInstance(BoundedBody.codec(), Buffer.__TYPE_ARG);

  private final ReactiveHttp http;
  private final RegistryConfig config;

  TagDigests(ReactiveHttp http, RegistryConfig config) {
    this.http = http;
    this.config = config;
  }

  /** User name and password. */
  public record LogIn(String userName, String password) {
    @Override
    public String toString() {
      return "LogIn[***]";
    }
  }

  /**
   * What is asked for.
   *
   * @param pull scope of the repository
   * @param logIn null: as nobody
   */
  public record Asked(LoginServer server, RegistryScope pull, String tag, @Nullable LogIn logIn) {}

  /** Whether it is Docker Hub, by one of its names. */
  public static boolean isHub(LoginServer server) {
    return HUB.contains(server.key());
  }

  /** The digest; fails with a {@link BrokerException} that says what is wrong. */
  public Uni<String> read(Asked asked) {
    return head(asked, null)
        .chain(answer ->
            answer.statusCode() == 401
                ? authorization(asked, answer).chain(header -> head(asked, header))
                : Uni.createFrom().item(answer))
        .map(answer -> digest(asked, answer))
        .onFailure(failure -> !(failure instanceof BrokerException))
        .transform(failure -> unreachable(asked.server(), failure));
  }

  private Uni<HttpResponse<Buffer>> head(Asked asked, @Nullable String authorization) {
    LoginServer at = isHub(asked.server()) ? HUB_CONTENT : asked.server();
    String url =
        "%s/v2/%s/manifests/%s".formatted(config.address(at), asked.pull().name(), asked.tag());
    return http.send(
        config.egress(),
        HttpMethod.HEAD,
        url,
        request -> {
          request.timeout(ReactiveHttp.ANSWER_MILLIS).putHeader("Accept", MANIFESTS);
          return with(request, authorization).as(BOUNDED).send();
        });
  }

  private static HttpRequest<Buffer> with(
      HttpRequest<Buffer> request, @Nullable String authorization) {
    return authorization == null ? request : request.putHeader("Authorization", authorization);
  }

  /** What the registry wants to see. */
  private Uni<String> authorization(Asked asked, HttpResponse<Buffer> refused) {
    Challenge challenge =
        Challenge.parse(refused.headers().getAll("WWW-Authenticate"))
            .orElseThrow(() -> unavailable(asked, "it does not say how to log in"));
    LogIn logIn = asked.logIn();
    if (challenge.scheme() == Challenge.Scheme.BEARER) {
      return token(asked, challenge).map(token -> "Bearer " + token);
    }
    if (logIn == null) {
      throw unavailable(asked, "it wants a user name and password");
    }
    return Uni.createFrom().item(basic(logIn));
  }

  private Uni<String> token(Asked asked, Challenge challenge) {
    String realm = checked(asked, challenge.realm());
    LogIn logIn = asked.logIn();
    return http.send(
            config.egress(),
            HttpMethod.GET,
            realm,
            request -> {
              request
                  .timeout(ReactiveHttp.ANSWER_MILLIS)
                  .addQueryParam("service", challenge.service())
                  .addQueryParam("scope", asked.pull().text());
              return with(request, logIn == null ? null : basic(logIn)).as(BOUNDED).send();
            })
        .map(answer -> {
          if (answer.statusCode() != 200) {
            throw unavailable(asked, "its token endpoint answered " + answer.statusCode());
          }
          return token(answer)
              .orElseThrow(() -> unavailable(asked, "its token endpoint gave no token"));
        });
  }

  /** A password is shown over TLS alone, unless who runs this service says otherwise. */
  private String checked(Asked asked, String realm) {
    try {
      URI at = new URI(realm);
      String authority = at.getRawAuthority();
      boolean open =
          "https".equalsIgnoreCase(at.getScheme())
              || ("http".equalsIgnoreCase(at.getScheme())
                  && authority != null
                  && config.trust().insecure().contains(authority.toLowerCase(Locale.ROOT)));
      if (open && at.getHost() != null && at.getRawUserInfo() == null) {
        return realm;
      }
    } catch (URISyntaxException malformed) {
      // refused below
    }
    throw unavailable(asked, "the address of its token endpoint is not https");
  }

  private static Optional<String> token(HttpResponse<Buffer> answer) {
    try {
      JsonObject body = answer.bodyAsJsonObject();
      Object token = body == null ? null : body.getValue("token", body.getValue("access_token"));
      return token instanceof String text && !text.isEmpty() && text.chars().allMatch(it -> it > 32)
          ? Optional.of(text)
          : Optional.empty();
    } catch (DecodeException none) {
      return Optional.empty();
    }
  }

  private static String basic(LogIn logIn) {
    byte[] pair = (logIn.userName() + ":" + logIn.password()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static String digest(Asked asked, HttpResponse<Buffer> answer) {
    String digest = answer.getHeader("Docker-Content-Digest");
    return switch (answer.statusCode()) {
      case 200 -> {
        if (digest == null || !isDigest(digest)) {
          throw unavailable(asked, "it names no digest");
        }
        yield digest;
      }
      case 401, 403 -> throw unavailable(asked, "the task's credential does not open it");
      case 404 -> throw unavailable(asked, "it has no such image");
      default -> throw unavailable(asked, "it answered " + answer.statusCode());
    };
  }

  private static boolean isDigest(String text) {
    return text.length() == DIGEST_LENGTH
        && text.startsWith("sha256:")
        && text.substring("sha256:".length())
            .chars()
            .allMatch(it -> (it >= '0' && it <= '9') || (it >= 'a' && it <= 'f'));
  }

  private static BrokerException unavailable(Asked asked, String why) {
    return RegistryClient.unavailable(asked.server(), why);
  }

  private static BrokerException unreachable(LoginServer server, Throwable failure) {
    return failure instanceof EgressRefusedException
        ? RegistryClient.unavailable(server, String.valueOf(failure.getMessage()))
        : RegistryClient.unreachable(server, failure);
  }
}
