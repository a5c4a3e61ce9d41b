package io.slipway.builder.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.http.ResponseException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.store.LimitedOutputStream.StoreException;
import io.slipway.identity.client.egress.EgressRefusedException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.http.conn.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a failed call means.
 *
 * @param reason the reason
 * @param message for people, without the names of registry and repository
 * @param status HTTP status, or 0 if there was no answer
 * @param again how long the same call is worth repeating
 * @param retryAfter the pause that the registry asked for
 */
record RegistryProblem(
    Reason reason, String message, int status, Again again, Optional<Duration> retryAfter) {
  /** Who is not listening may be restarting, and nothing has begun yet that waiting could spoil. */
  enum Again {
    NEVER,
    A_FEW_TIMES,
    WHILE_IT_RESTARTS
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_MESSAGE = 500;

  static RegistryProblem of(Throwable problem) {
    ResponseException response = find(problem, ResponseException.class);
    if (response != null) {
      return answered(response);
    }
    if (find(problem, StoreException.class) instanceof StoreException store) {
      return new RegistryProblem(Reason.STORE, text(store), 0, Again.NEVER, Optional.empty());
    }
    if (find(problem, MalformedImageException.class) instanceof MalformedImageException bad) {
      return new RegistryProblem(Reason.INVALID, text(bad), 0, Again.NEVER, Optional.empty());
    }
    if (find(problem, SSLException.class) instanceof SSLException tls) {
      return unreachable("no secure connection: " + text(tls), Again.NEVER);
    }
    if (find(problem, RegistryException.class) instanceof Exception refused) {
      return new RegistryProblem(Reason.INVALID, text(refused), 0, Again.NEVER, Optional.empty());
    }
    if (find(problem, EgressRefusedException.class) instanceof Exception closed) {
      return new RegistryProblem(Reason.INVALID, text(closed), 0, Again.NEVER, Optional.empty());
    }
    if (find(problem, UnknownHostException.class) instanceof Exception host) {
      return unreachable("no such host: " + text(host), Again.A_FEW_TIMES);
    }
    if (find(problem, ConnectException.class) instanceof Exception refused) {
      return unreachable(text(refused), Again.WHILE_IT_RESTARTS);
    }
    if (find(problem, ConnectTimeoutException.class) != null) {
      return unreachable("no connection in time", Again.A_FEW_TIMES);
    }
    if (find(problem, SocketTimeoutException.class) != null) {
      return unreachable("no answer in time", Again.A_FEW_TIMES);
    }
    return unreachable(text(problem), Again.A_FEW_TIMES);
  }

  private static RegistryProblem answered(ResponseException response) {
    int status = response.getStatusCode();
    String message = message(response);
    Optional<Duration> retryAfter = retryAfter(response);
    return switch (status) {
      case 401, 403 ->
          new RegistryProblem(Reason.UNAUTHORIZED, message, status, Again.NEVER, retryAfter);
      case 404 -> new RegistryProblem(Reason.NOT_FOUND, message, status, Again.NEVER, retryAfter);
      case 429 ->
          new RegistryProblem(Reason.RATE_LIMITED, message, status, Again.A_FEW_TIMES, retryAfter);
      default ->
          new RegistryProblem(
              status >= 500 ? Reason.UNREACHABLE : Reason.INVALID,
              message,
              status,
              status >= 500 ? Again.A_FEW_TIMES : Again.NEVER,
              retryAfter);
    };
  }

  private static RegistryProblem unreachable(String message, Again again) {
    return new RegistryProblem(Reason.UNREACHABLE, message, 0, again, Optional.empty());
  }

  /** The words of the registry's own error, in OCI's form; else the status alone. */
  private static String message(ResponseException response) {
    String content = response.getContent();
    if (content != null) {
      try {
        JsonNode error = JSON.readTree(content).path("errors").path(0);
        String text = error.path("message").asText("");
        if (!text.isEmpty()) {
          return cut(error.path("code").asText("") + ": " + text);
        }
      } catch (JsonProcessingException e) {
        return "HTTP status " + response.getStatusCode(); // a proxy's page, not for a log line
      }
    }
    return "HTTP status " + response.getStatusCode();
  }

  private static Optional<Duration> retryAfter(ResponseException response) {
    String header = response.getHeaders().getRetryAfter();
    if (header == null || !header.strip().matches("[0-9]{1,6}")) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofSeconds(Long.parseLong(header.strip())));
  }

  private static <T extends Throwable> @Nullable T find(Throwable problem, Class<T> type) {
    @Nullable Throwable at = problem;
    for (int depth = 0; at != null && depth < 20; depth++) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
      at = at.getCause();
    }
    return null;
  }

  private static String text(Throwable problem) {
    String message = problem.getMessage();
    return cut(message == null ? problem.getClass().getSimpleName() : message);
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "…" : line;
  }
}
