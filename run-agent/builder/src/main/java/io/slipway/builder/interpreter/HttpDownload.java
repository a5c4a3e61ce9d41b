package io.slipway.builder.interpreter;

import io.slipway.builder.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/**
 * Fetches what {@code ADD} names by address. Addresses of this machine and of private networks are
 * refused unless they are allowed, link-local ones always: a build must not reach what only its
 * agent can.
 */
public final class HttpDownload implements BuildJob.Download {
  private static final long LARGEST = 4L << 30;
  private static final int MOST_REDIRECTS = 5;
  private static final int LAST_PORT = 65_535;

  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(20))
          .build();
  private final boolean privateAllowed;

  /**
   * One.
   *
   * @param privateAllowed whether addresses of this machine and of private networks may be asked
   */
  public HttpDownload(boolean privateAllowed) {
    this.privateAllowed = privateAllowed;
  }

  @Override
  public Instant fetch(URI address, Path into) throws EngineException, InterruptedException {
    URI at = address;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      check(at);
      HttpRequest request =
          HttpRequest.newBuilder(at).timeout(Duration.ofMinutes(10)).GET().build();
      try {
        HttpResponse<InputStream> answer =
            client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
          if (answer.statusCode() / 100 == 3) {
            String location =
                answer
                    .headers()
                    .firstValue("location")
                    .orElseThrow(() -> new IOException("a redirect to nowhere"));
            at = resolved(at, location);
            continue;
          }
          if (answer.statusCode() != 200) {
            throw EngineException.user("ADD " + address + ": HTTP " + answer.statusCode());
          }
          save(body, into);
          return changed(answer);
        }
      } catch (IOException failed) {
        throw new EngineException(
            EngineException.Cause.NETWORK, "ADD " + address + ": " + failed.getMessage(), failed);
      }
    }
    throw EngineException.user("ADD " + address + ": too many redirects");
  }

  private static URI resolved(URI at, String location) throws IOException {
    try {
      return at.resolve(location);
    } catch (IllegalArgumentException malformed) {
      throw new IOException("a redirect to what is not an address", malformed);
    }
  }

  private void check(URI address) throws EngineException {
    String host = address.getHost();
    if (host == null || address.getUserInfo() != null || !address.getScheme().matches("https?")) {
      throw EngineException.user("ADD accepts http and https addresses without passwords only");
    }
    if (address.getPort() > LAST_PORT) {
      throw EngineException.user("ADD " + address + ": there is no port " + address.getPort());
    }
    try {
      for (InetAddress each : InetAddress.getAllByName(host)) {
        if (isOfNoHost(each)) {
          throw EngineException.user(
              "ADD "
                  + address
                  + ": link-local, multicast and unspecified addresses are not allowed");
        }
        if (!privateAllowed && isPrivate(each)) {
          throw EngineException.user(
              "ADD " + address + ": addresses of private networks are not allowed");
        }
      }
    } catch (UnknownHostException unknown) {
      throw new EngineException(
          EngineException.Cause.NETWORK, "ADD " + address + ": unknown host " + host, unknown);
    }
  }

  /**
   * Refused whatever the settings: at link-local addresses clouds answer questions about a
   * machine's identity.
   */
  private static boolean isOfNoHost(InetAddress address) {
    return address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress();
  }

  private static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
    boolean shared = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
    return address.isLoopbackAddress() || address.isSiteLocalAddress() || uniqueLocal || shared;
  }

  private static void save(InputStream body, Path into) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long total = 0;
    try (OutputStream out = Files.newOutputStream(into)) {
      for (int count = body.read(buffer); count > 0; count = body.read(buffer)) {
        total += count;
        if (total > LARGEST) {
          throw new IOException("it has over " + LARGEST + " bytes");
        }
        out.write(buffer, 0, count);
      }
    }
  }

  private static Instant changed(HttpResponse<?> answer) {
    try {
      return answer
          .headers()
          .firstValue("last-modified")
          .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
          .orElse(Instant.EPOCH);
    } catch (DateTimeParseException unreadable) {
      return Instant.EPOCH;
    }
  }
}
