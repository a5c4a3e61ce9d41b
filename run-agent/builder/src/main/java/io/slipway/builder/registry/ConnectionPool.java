package io.slipway.builder.registry;

import com.google.api.client.http.apache.v2.ApacheHttpTransport;
import com.google.re2j.Pattern;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.RegistryAccess;
import io.slipway.builder.RegistryConnections;
import io.slipway.builder.RegistryOptions;
import io.slipway.identity.client.TrustedAuthorities;
import io.slipway.identity.client.egress.CheckedConnections;
import io.slipway.identity.client.egress.EgressPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.http.HttpRequestInterceptor;
import org.apache.http.NoHttpResponseException;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;

/** Connections of the JDK's and our own trust, with the mirrors and clocks of all calls. */
public final class ConnectionPool implements RegistryConnections {
  private static final Pattern PORT = Pattern.compile(":[0-9]+$");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-fA-F:.]+]");

  private static final Map<String, String> REAL_HOSTS =
      Map.of("docker.io", "registry-1.docker.io", "index.docker.io", "registry-1.docker.io");

  private final PoolingHttpClientConnectionManager pool;
  private final Map<String, String> mirrors;
  private final Set<String> plainHttp;
  private final Duration timeout;
  private final RetryPolicy retries;
  private final RetryPolicy patientRetries;
  private final InstantSource clock;
  private final DirectHttpClient anonymous;
  private final KnownChallenges challenges;

  private ConnectionPool(Builder builder) throws IOException {
    this.mirrors = Map.copyOf(builder.mirrors);
    this.plainHttp = Set.copyOf(builder.plainHttp);
    this.timeout = builder.timeout;
    this.retries = builder.retries;
    this.patientRetries = builder.patientRetries;
    this.clock = builder.clock;
    this.challenges = new KnownChallenges(clock);
    SSLContext context = TrustedAuthorities.context(builder.authorities);
    this.pool =
        CheckedConnections.open(
            builder.egress.opening(
                builder.operatorNamed.stream().map(ConnectionPool::withPort).toList()),
            context);
    pool.setMaxTotal(256);
    pool.setDefaultMaxPerRoute(32);
    pool.setValidateAfterInactivity(500);
    this.anonymous = client((request, unused) -> {});
  }

  private static String withPort(String authority) {
    return PORT.matcher(authority).find() ? authority : authority + ":443";
  }

  /** Starts a set of connections. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The host that is called for a registry.
   *
   * @param pull whether it is a pull; only pulls go to mirrors
   */
  String host(String registry, boolean pull) {
    String mirror = pull ? mirrors.get(registry) : null;
    return mirror != null ? mirror : REAL_HOSTS.getOrDefault(registry, registry);
  }

  /**
   * The registry whose credential is asked for; a mirror never gets that of the registry it stands
   * for.
   */
  String loginServer(String registry, boolean pull) {
    String mirror = pull ? mirrors.get(registry) : null;
    return mirror != null ? mirror : registry;
  }

  /** A client for one operation over the shared connections. */
  DirectHttpClient client(HttpRequestInterceptor interceptor) {
    HttpClientBuilder client =
        HttpClientBuilder.create()
            .useSystemProperties()
            .setConnectionManager(pool)
            .setConnectionManagerShared(true)
            .disableCookieManagement()
            .disableRedirectHandling()
            .disableContentCompression()
            .addInterceptorLast(interceptor)
            // A kept connection that the server has closed meanwhile is not a failure of the call.
            .setRetryHandler((problem, count, context) ->
                count <= 2 && problem instanceof NoHttpResponseException);
    return new DirectHttpClient(new ApacheHttpTransport(client.build()), plainHttp::contains);
  }

  /** A client that adds no authorization by itself. */
  DirectHttpClient anonymous() {
    return anonymous;
  }

  KnownChallenges challenges() {
    return challenges;
  }

  /** For a connection, and again for each time that nothing comes. */
  int timeoutMillis() {
    return Math.toIntExact(timeout.toMillis());
  }

  RetryPolicy retries() {
    return retries;
  }

  RetryPolicy patientRetries() {
    return patientRetries;
  }

  InstantSource clock() {
    return clock;
  }

  @Override
  public RegistryAccess access(CredentialSource credentials) {
    return new RegistryCalls(this, credentials);
  }

  @Override
  public void close() {
    pool.close();
  }

  public static final class Builder {
    private final List<Path> authorities = new ArrayList<>();
    private final Map<String, String> mirrors = new HashMap<>();
    private final Set<String> plainHttp = new HashSet<>();
    private final Set<String> operatorNamed = new HashSet<>();
    private EgressPolicy egress = RegistryOptions.INTERNET;
    private Duration timeout = Duration.ofSeconds(20);
    private RetryPolicy retries = RetryPolicy.DEFAULT;
    private RetryPolicy patientRetries = RetryPolicy.PATIENT;
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** Trusts the certificates of a PEM file, besides the JDK's. */
    public Builder trust(Path pemFile) {
      authorities.add(pemFile);
      return this;
    }

    /** Where connections may go, besides the mirrors and what is called by plain HTTP. */
    public Builder egress(EgressPolicy policy) {
      this.egress = policy;
      return this;
    }

    /**
     * Sends pulls of a registry elsewhere.
     *
     * @param registry as in names of images, for example {@code docker.io}
     * @param mirror {@code https://host:port}; {@code http://} only on this machine
     */
    public Builder mirror(String registry, URI mirror) {
      String scheme = String.valueOf(mirror.getScheme()).toLowerCase(Locale.ROOT);
      String authority = mirror.getRawAuthority();
      boolean bare = mirror.getRawPath() == null || List.of("", "/").contains(mirror.getRawPath());
      if (authority == null || !bare || !Set.of("http", "https").contains(scheme)) {
        throw new IllegalArgumentException(
            "The mirror '" + mirror + "' of " + registry + " is not an https://host:port");
      }
      if (scheme.equals("http")) {
        plainHttp(authority);
      }
      mirrors.put(registry, authority);
      operatorNamed.add(authority);
      return this;
    }

    /**
     * Speaks plain HTTP to a registry of this machine.
     *
     * @param hostAndPort for example {@code 127.0.0.1:5000}
     * @throws IllegalArgumentException if it is another machine
     */
    public Builder plainHttp(String hostAndPort) {
      String host = URI.create("http://" + hostAndPort).getHost();
      if (!isLoopback(host)) {
        throw new IllegalArgumentException(
            "Plain HTTP to '"
                + hostAndPort
                + "' would send credentials in clear over a network; "
                + "it is allowed on this machine only (127.0.0.1, [::1], localhost)");
      }
      plainHttp.add(hostAndPort);
      operatorNamed.add(hostAndPort);
      return this;
    }

    private static boolean isLoopback(String host) {
      if (host == null || host.equals("localhost")) {
        return host != null;
      }
      boolean address = ADDRESS.matcher(host).matches();
      try {
        return address && InetAddress.getByName(host).isLoopbackAddress();
      } catch (UnknownHostException e) {
        return false;
      }
    }

    /** How long a call of manifests and tokens waits for a connection, and for what comes next. */
    public Builder timeout(Duration time) {
      this.timeout = time;
      return this;
    }

    /** How calls are repeated, also those for tokens. */
    public Builder retries(RetryPolicy policy) {
      this.retries = policy;
      this.patientRetries = policy;
      return this;
    }

    /** The clock by which tokens grow old. */
    public Builder clock(InstantSource source) {
      this.clock = source;
      return this;
    }

    /**
     * Makes the connections.
     *
     * @throws IOException if a file of certificates cannot be used
     */
    public ConnectionPool build() throws IOException {
      return new ConnectionPool(this);
    }
  }

  /**
   * How often a call is repeated and after which pause.
   *
   * @param tries number of tries in all, at least 1
   * @param first pause after the first try; each further one is twice as long
   * @param longest longest pause that is chosen
   * @param longestAsked longest pause that a registry may ask for by {@code Retry-After}
   */
  public record RetryPolicy(int tries, Duration first, Duration longest, Duration longestAsked) {

    /**
     * As ACR Tasks: three tries, 250 ms doubled each time, at most 5 s; a registry may ask for 60
     * s.
     */
    public static final RetryPolicy DEFAULT =
        new RetryPolicy(3, Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ofSeconds(60));

    /**
     * For a token server with trouble, and for who is not listening and may be restarting: nine
     * tries within 20 s. Nothing has begun yet that could be lost by waiting.
     */
    public static final RetryPolicy PATIENT =
        new RetryPolicy(9, Duration.ofMillis(250), Duration.ofSeconds(4), Duration.ofSeconds(60));

    /**
     * The pause after a try that failed.
     *
     * @param tried tries so far, 1 or more
     * @param asked what the registry asked for, if it did
     * @return empty if there are no tries left
     */
    public Optional<Duration> pause(int tried, Optional<Duration> asked) {
      if (tried >= tries) {
        return Optional.empty();
      }
      if (asked.isPresent()) {
        // A call before that time would only be refused again.
        return asked.filter(pause -> pause.compareTo(longestAsked) <= 0);
      }
      Duration pause = first.multipliedBy(1L << Math.min(tried - 1, 20));
      return Optional.of(pause.compareTo(longest) > 0 ? longest : pause);
    }
  }
}
