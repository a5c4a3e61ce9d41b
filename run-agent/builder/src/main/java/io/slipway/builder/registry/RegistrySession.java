package io.slipway.builder.registry;

import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.blob.Blob;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.registry.RegistryClient;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.CredentialSource.CredentialRefusedException;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.MediaTypes;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.registry.RegistryProblem.Again;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.time.Duration;
import java.util.Optional;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.conn.ConnectTimeoutException;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one operation on one repository. jib makes them; here they get their authorization,
 * their repetitions and their errors.
 */
final class RegistrySession {
  private static final int LARGEST_MANIFEST = 8 << 20;

  private final ConnectionPool connections;
  private final RegistryScope scope;
  private final RegistryAuthorization authorization;
  private final DirectHttpClient client;
  private final RegistryClient jib;

  RegistrySession(ConnectionPool connections, CredentialSource credentials, RegistryScope scope) {
    this.connections = connections;
    this.scope = scope;
    this.authorization = new RegistryAuthorization(connections, credentials, scope);
    this.client = connections.client(this::authorize);
    this.jib =
        RegistryClient.factory(EventHandlers.NONE, authorization.host(), scope.repository(), client)
            .newRegistryClient();
  }

  /** Adds the authorization to calls of the registry itself, never to where it sends us on. */
  private void authorize(HttpRequest request, HttpContext context) throws IOException {
    HttpHost target = HttpClientContext.adapt(context).getTargetHost();
    boolean own =
        target.toHostString().equalsIgnoreCase(authorization.host())
            || (target.getPort() == 443
                && target.getHostName().equalsIgnoreCase(authorization.host()));
    if (!own) {
      return;
    }
    try {
      String header = authorization.header();
      if (header != null) {
        request.setHeader("Authorization", header);
      }
    } catch (RegistryCallException e) {
      throw new AuthorizationFailedException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while a credential was asked for");
    }
  }

  /** Carries an error of the authorization through the HTTP client. */
  private static final class AuthorizationFailedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final RegistryCallException error;

    AuthorizationFailedException(RegistryCallException error) {
      super(error);
      this.error = error;
    }
  }

  /** Tries to get the right alone. */
  void logIn() throws RegistryCallException, InterruptedException {
    attempt("log-in", () -> authorization.header() != null);
  }

  /** The call that only tells whether the credential is accepted. */
  void callBase() throws RegistryCallException, InterruptedException {
    attempt(
        "log-in",
        () -> {
          URL url = new URL("https://" + authorization.host() + "/v2/");
          Request request = Request.builder().setHttpTimeout(connections.timeoutMillis()).build();
          try (Response response = client.call("GET", url, request)) {
            // Whatever is left of an answer closes its connection.
            return response.getBody().readNBytes(LARGEST_MANIFEST).length;
          }
        });
  }

  boolean mayMountFrom(String repository) {
    return authorization.mayMountFrom(repository);
  }

  /** What a tag or digest stands for, without its bytes; empty if there is nothing. */
  Optional<Descriptor> head(String reference) throws RegistryCallException, InterruptedException {
    try {
      return Optional.of(attempt("manifest " + reference, () -> headOnce(reference)));
    } catch (RegistryCallException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Descriptor headOnce(String reference) throws IOException {
    try (Response response = manifestCall("HEAD", reference)) {
      Optional<String> digest =
          response.getHeader("Docker-Content-Digest").stream().filter(Sha256::isDigest).findFirst();
      if (digest.isPresent()) {
        return new Descriptor(
            contentType(response).orElse(""), digest.get(), response.getContentLength());
      }
    }
    RawManifest manifest = manifestOnce(reference);
    return new Descriptor(manifest.mediaType(), manifest.digest(), manifest.size());
  }

  /** The manifest or index of a tag or digest, its digest verified if one was asked for. */
  RawManifest manifest(String reference) throws RegistryCallException, InterruptedException {
    return attempt("manifest " + reference, () -> manifestOnce(reference));
  }

  private RawManifest manifestOnce(String reference) throws IOException {
    if (reference.contains(":") && !Sha256.isDigest(reference)) {
      throw new MalformedImageException(
          "The digest " + reference + " cannot be verified; only sha256 is supported");
    }
    try (Response response = manifestCall("GET", reference)) {
      byte[] bytes;
      try (InputStream body = response.getBody()) {
        bytes = body.readNBytes(LARGEST_MANIFEST + 1);
      }
      if (bytes.length > LARGEST_MANIFEST) {
        throw new MalformedImageException("The manifest is larger than 8 MiB");
      }
      RawManifest manifest = ManifestType.name(bytes, contentType(response).orElse(""));
      if (Sha256.isDigest(reference) && !manifest.digest().equals(reference)) {
        throw new MalformedImageException(
            "The manifest %s was asked for, but what came has the digest %s"
                .formatted(reference, manifest.digest()));
      }
      return manifest;
    }
  }

  /** The registry's list of what is attached to an image; empty if it keeps none of any image. */
  Optional<String> referrers(String digest) throws RegistryCallException, InterruptedException {
    try {
      return Optional.of(attempt("referrers of " + digest, () -> referrersOnce(digest)));
    } catch (RegistryCallException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private String referrersOnce(String digest) throws IOException {
    URL url =
        new URL(
            "https://%s/v2/%s/referrers/%s"
                .formatted(authorization.host(), scope.repository(), digest));
    Request request = Request.builder().setHttpTimeout(connections.timeoutMillis()).build();
    try (Response response = client.call("GET", url, request);
        InputStream body = response.getBody()) {
      return new String(body.readNBytes(LARGEST_MANIFEST), StandardCharsets.UTF_8);
    }
  }

  private Response manifestCall(String method, String reference) throws IOException {
    URL url =
        new URL(
            "https://%s/v2/%s/manifests/%s"
                .formatted(authorization.host(), scope.repository(), reference));
    Request request =
        Request.builder()
            .setAccept(MediaTypes.MANIFESTS)
            .setHttpTimeout(connections.timeoutMillis())
            .build();
    return client.call(method, url, request);
  }

  private static Optional<String> contentType(Response response) {
    return response.getHeader("Content-Type").stream()
        .map(header -> header.split(";", 2)[0].strip())
        .findFirst();
  }

  boolean hasBlob(String digest) throws RegistryCallException, InterruptedException {
    return attempt("blob " + digest, () -> jib.checkBlob(jibDigest(digest)).isPresent());
  }

  /** Writes a blob in one attempt; the caller repeats, since part of it may have been written. */
  void writeBlobOnce(String digest, OutputStream out) throws IOException {
    // jib closes what it writes to; this stream belongs to the caller.
    jib.pullBlob(jibDigest(digest), size -> {}, count -> {}).writeTo(new OpenOutputStream(out));
  }

  /** A blob as jib streams it from this repository into another. */
  Blob blob(String digest) throws MalformedImageException {
    return jib.pullBlob(jibDigest(digest), size -> {}, count -> {});
  }

  /**
   * Pushes a blob, or has the registry take it over from another repository.
   *
   * @return whether it was taken over
   */
  boolean pushBlob(String digest, Blob content, @Nullable String mountFrom)
      throws RegistryCallException, InterruptedException {
    return attempt(
        "blob " + digest, () -> jib.pushBlob(jibDigest(digest), content, mountFrom, count -> {}));
  }

  /** Puts a manifest under a tag or its digest. */
  void putManifest(RawManifest manifest, String reference)
      throws RegistryCallException, InterruptedException {
    attempt(
        "manifest " + reference,
        () -> jib.pushManifest(new ManifestType.RawTemplate(manifest), reference).toString());
  }

  /** One call that may be repeated. */
  interface Call<T> {
    T run() throws IOException, RegistryException, RegistryCallException, InterruptedException;
  }

  /** Makes a call, repeated as the policy allows, its errors in words for people. */
  <T> T attempt(String subject, Call<T> call) throws RegistryCallException, InterruptedException {
    boolean renewed = false;
    for (int tried = 1; ; tried++) {
      RegistryProblem problem;
      Exception cause;
      try {
        return call.run();
      } catch (RegistryCallException e) {
        problem = authorizationProblem(e);
        cause = e;
      } catch (IOException | RegistryException e) {
        if (Thread.interrupted() || e instanceof InterruptedIOException io && isInterrupt(io)) {
          throw new InterruptedException("Interrupted in a call to " + scope.registry());
        }
        RegistryCallException refused = authorizationError(e);
        if (refused != null) {
          problem = authorizationProblem(refused);
          cause = refused;
        } else {
          problem = RegistryProblem.of(e);
          cause = e;
        }
      }
      if (problem.status() == 401 && !renewed) {
        renewed = true; // the token may have been revoked or the registry's key replaced
        authorization.renew();
        continue;
      }
      Optional<Duration> pause =
          switch (problem.again()) {
            case NEVER -> Optional.empty();
            case A_FEW_TIMES -> connections.retries().pause(tried, problem.retryAfter());
            case WHILE_IT_RESTARTS ->
                connections.patientRetries().pause(tried, problem.retryAfter());
          };
      if (pause.isEmpty()) {
        throw cause instanceof RegistryCallException known ? known : error(subject, problem, cause);
      }
      Thread.sleep(pause.get());
    }
  }

  /** Both kinds of time-outs are interrupts by their types, and are none. */
  private static boolean isInterrupt(InterruptedIOException e) {
    return !(e instanceof SocketTimeoutException || e instanceof ConnectTimeoutException);
  }

  private static @Nullable RegistryCallException authorizationError(Exception problem) {
    for (Throwable at = problem; at != null; at = at.getCause()) {
      if (at instanceof AuthorizationFailedException failed) {
        return failed.error;
      }
    }
    return null;
  }

  private static RegistryProblem authorizationProblem(RegistryCallException error) {
    // What its source waited for in vain is not asked for again.
    if (error.getCause() instanceof CredentialRefusedException
        || error.reason() != Reason.UNREACHABLE && error.reason() != Reason.RATE_LIMITED) {
      return new RegistryProblem(
          error.reason(), String.valueOf(error.getMessage()), 0, Again.NEVER, Optional.empty());
    }
    return RegistryProblem.of(error); // what led to it tells whether and when to try again
  }

  private RegistryCallException error(String subject, RegistryProblem problem, Exception cause) {
    String place = scope.place();
    String message =
        switch (problem.reason()) {
          case UNAUTHORIZED -> {
            yield String.valueOf(authorization.unauthorized(problem.message()).getMessage());
          }
          case NOT_FOUND -> subject + " not found in " + place + ": " + problem.message();
          case RATE_LIMITED ->
              "too many requests to " + scope.registry() + ": " + problem.message();
          case UNREACHABLE -> "%s of %s failed: %s".formatted(subject, place, problem.message());
          case INVALID -> subject + " of " + place + " is refused: " + problem.message();
          case STORE -> problem.message();
        };
    return new RegistryCallException(
        problem.reason(), scope.registry(), scope.repository(), message, cause);
  }

  private static DescriptorDigest jibDigest(String digest) throws MalformedImageException {
    try {
      return DescriptorDigest.fromDigest(digest);
    } catch (DigestException e) {
      throw new MalformedImageException("'" + digest + "' is not a SHA-256 digest", e);
    }
  }
}
