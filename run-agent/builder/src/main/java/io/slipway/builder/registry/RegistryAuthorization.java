package io.slipway.builder.registry;

import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.http.Authorization;
import com.google.cloud.tools.jib.http.BlobHttpContent;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.http.ResponseException;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.CredentialSource.Credential;
import io.slipway.builder.CredentialSource.CredentialRefusedException;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.registry.RegistryProblem.Again;
import io.slipway.identity.client.Challenge;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The right to one operation at one registry. Asks the registry how it authenticates, the source
 * for a credential and the token server for a token; again when the token grows old. What was
 * granted is compared with what is needed, so that a missing right is one clear error and not one
 * per blob.
 */
final class RegistryAuthorization {

  /**
   * As user name: the password is a refresh token (as {@code az acr login --expose-token} says).
   */
  private static final String REFRESH_TOKEN_USER = "<token>";

  private final ConnectionPool connections;
  private final CredentialSource credentials;
  private final DirectHttpClient client;
  private final String host;
  private final String loginServer;
  private final ReentrantLock lock = new ReentrantLock();
  private RegistryScope scope;
  private @Nullable Challenge challenge;
  private @Nullable RegistryToken token;

  RegistryAuthorization(
      ConnectionPool connections, CredentialSource credentials, RegistryScope scope) {
    this.connections = connections;
    this.credentials = credentials;
    this.scope = scope;
    this.host = connections.host(scope.registry(), scope.isPull());
    this.loginServer = connections.loginServer(scope.registry(), scope.isPull());
    this.client = connections.anonymous();
  }

  String host() {
    return host;
  }

  /** Value of the {@code Authorization} header, or null if the registry needs none. */
  @Nullable String header() throws RegistryCallException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (challenge == null) {
        challenge = challenge();
      }
      if (challenge.scheme() == Challenge.Scheme.NONE) {
        return null;
      }
      if (token == null || !connections.clock().instant().isBefore(token.renewAfter())) {
        token = obtainOrForget(challenge);
      }
      return token == null ? null : token.header();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the token that the registry refused. */
  void renew() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      token = null;
      challenge = null;
      connections.challenges().forget(host);
    } finally {
      lock.unlock();
    }
  }

  /** Whether blobs may be mounted from another repository. */
  boolean mayMountFrom(String repository) {
    RegistryToken current = token;
    return scope.mountFrom().contains(repository)
        && (current == null || current.allows(repository, "pull"));
  }

  private Challenge challenge() throws RegistryCallException {
    Optional<Challenge> known = connections.challenges().find(host);
    if (known.isPresent()) {
      return known.get();
    }
    Challenge asked = ping();
    connections.challenges().note(host, asked);
    return asked;
  }

  private @Nullable RegistryToken obtainOrForget(Challenge how)
      throws RegistryCallException, InterruptedException {
    try {
      return obtain(how);
    } catch (RegistryCallException e) {
      // Perhaps the registry has another token server by now.
      connections.challenges().forget(host);
      challenge = null;
      throw e;
    }
  }

  private Challenge ping() throws RegistryCallException {
    try {
      call("GET", new URL("https://" + host + "/v2/"), null, null);
      return Challenge.OPEN;
    } catch (ResponseException e) {
      if (e.getStatusCode() != 401) {
        throw problem(e);
      }
      List<String> headers = e.getHeaders().getAuthenticateAsList();
      return Challenge.parse(headers == null ? List.of() : headers)
          .orElseThrow(() ->
              new RegistryCallException(
                  Reason.INVALID,
                  scope.registry(),
                  scope.repository(),
                  "The registry %s asks for authentication in an unknown way: %s"
                      .formatted(scope.registry(), headers)));
    } catch (IOException e) {
      throw problem(e);
    }
  }

  private @Nullable RegistryToken obtain(Challenge how)
      throws RegistryCallException, InterruptedException {
    Optional<Credential> credential;
    try {
      credential = credentials.credential(loginServer, scope.texts());
    } catch (CredentialRefusedException e) {
      if (!scope.mountFrom().isEmpty() && !e.temporary()) {
        scope = scope.withoutMounts();
        return obtain(how);
      }
      throw refused(e);
    }
    if (how.scheme() == Challenge.Scheme.BASIC) {
      return credential.map(RegistryToken::basic).orElse(null);
    }
    RegistryToken obtained;
    try {
      obtained = request(how, credential);
    } catch (RegistryCallException e) {
      if (scope.mountFrom().isEmpty() || e.reason() != Reason.UNAUTHORIZED) {
        throw e;
      }
      scope = scope.withoutMounts();
      obtained = request(how, credential);
    }
    requireGranted(obtained, credential.isPresent());
    return obtained;
  }

  /**
   * Asks for a token, again and again while the token server has trouble. One that is not even
   * listening is asked again with the whole call, which is as patient.
   */
  private RegistryToken request(Challenge how, Optional<Credential> credential)
      throws RegistryCallException, InterruptedException {
    for (int tried = 1; ; tried++) {
      try {
        return requestOnce(how, credential);
      } catch (IOException e) {
        RegistryProblem problem = RegistryProblem.of(e);
        Optional<Duration> pause =
            problem.again() == Again.A_FEW_TIMES
                ? connections.patientRetries().pause(tried, problem.retryAfter())
                : Optional.empty();
        if (pause.isEmpty()) {
          throw problem(e);
        }
        Thread.sleep(pause.get());
      }
    }
  }

  private RegistryToken requestOnce(Challenge how, Optional<Credential> credential)
      throws IOException {
    boolean refreshToken =
        credential.isPresent() && credential.get().user().equals(REFRESH_TOKEN_USER);
    byte[] answer;
    if (refreshToken) {
      StringJoiner form = parameters(how);
      form.add("grant_type=refresh_token").add("client_id=slipway");
      form.add("refresh_token=" + encode(credential.get().password()));
      answer = call("POST", realm(how), null, form.toString());
    } else {
      Authorization basic =
          credential
              .map(c -> Authorization.fromBasicCredentials(c.user(), c.password()))
              .orElse(null);
      String separator = how.realm().contains("?") ? "&" : "?";
      URL url = new URL(realm(how) + separator + parameters(how));
      answer = call("GET", url, basic, null);
    }
    return RegistryToken.read(answer, connections.clock().instant());
  }

  private StringJoiner parameters(Challenge how) {
    StringJoiner parameters = new StringJoiner("&");
    if (!how.service().isEmpty()) {
      parameters.add("service=" + encode(how.service()));
    }
    scope.texts().forEach(text -> parameters.add("scope=" + encode(text)));
    return parameters;
  }

  private static URL realm(Challenge how) throws MalformedURLException {
    try {
      return URI.create(how.realm()).toURL();
    } catch (IllegalArgumentException e) {
      throw new MalformedURLException("The registry names the token server '" + how.realm() + "'");
    }
  }

  private void requireGranted(RegistryToken obtained, boolean withCredential)
      throws RegistryCallException {
    List<String> missing =
        scope.actions().stream()
            .filter(action -> !obtained.allows(scope.repository(), action))
            .toList();
    if (!missing.isEmpty()) {
      String who =
          withCredential
              ? "the credential for " + loginServer + " does not grant "
              : "there is no credential for "
                  + loginServer
                  + ", and without one it does not grant ";
      throw unauthorized(who + "'" + String.join("' and '", missing) + "' on it");
    }
  }

  private RegistryCallException refused(CredentialRefusedException refusal) {
    if (refusal.temporary()) {
      return new RegistryCallException(
          Reason.UNREACHABLE,
          scope.registry(),
          scope.repository(),
          String.valueOf(refusal.getMessage()),
          refusal);
    }
    return unauthorized(String.valueOf(refusal.getMessage()));
  }

  RegistryCallException unauthorized(String why) {
    String verb = scope.actions().isEmpty() ? "log-in" : scope.isPull() ? "pull" : "push";
    return new RegistryCallException(
        Reason.UNAUTHORIZED,
        scope.registry(),
        scope.repository(),
        "unauthorized: " + verb + " access denied for " + scope.place() + ": " + why);
  }

  /** A failure of asking for rights. */
  private RegistryCallException problem(IOException cause) {
    RegistryProblem problem = RegistryProblem.of(cause);
    if (problem.reason() == Reason.UNAUTHORIZED) {
      return unauthorized(problem.message());
    }
    // A token server that is not found must not read as an image that is not found.
    Reason reason = problem.reason() == Reason.NOT_FOUND ? Reason.INVALID : problem.reason();
    return new RegistryCallException(
        reason,
        scope.registry(),
        scope.repository(),
        "Log-in at " + scope.registry() + " failed: " + problem.message(),
        cause);
  }

  private byte[] call(String method, URL url, @Nullable Authorization basic, @Nullable String form)
      throws IOException {
    Request.Builder request =
        Request.builder().setHttpTimeout(connections.timeoutMillis()).setAuthorization(basic);
    if (form != null) {
      request.setBody(new BlobHttpContent(Blobs.from(form), "application/x-www-form-urlencoded"));
    }
    try (Response response = client.call(method, url, request.build())) {
      return response.getBody().readNBytes(1 << 20);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
