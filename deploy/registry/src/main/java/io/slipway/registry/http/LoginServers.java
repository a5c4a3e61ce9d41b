package io.slipway.registry.http;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ServiceToken;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.slipway.registry.RegistryConfig;
import io.slipway.registry.auth.AskTaskApi;
import io.slipway.registry.auth.BasicLogIn;
import io.slipway.registry.auth.GoingRuns;
import io.slipway.registry.auth.ShownTokens;
import io.slipway.registry.notify.Notifications;
import io.slipway.registry.store.AtomicFile;
import io.slipway.registry.store.BlobStore;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.RegistryStore;
import io.slipway.registry.store.Scrub;
import io.slipway.registry.store.Sweep;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.httpproxy.HttpProxy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The registries of this machine: each has its port, which stays the same over restarts. */
@ApplicationScoped
public class LoginServers {
  private static final Logger LOG = Logger.getLogger(LoginServers.class);

  /** Longer than the digest of the largest layer takes, during which nothing is sent. */
  private static final int IDLE_SECONDS = 600;

  private static final long AGAIN_MILLIS = 2_000;

  private final Vertx vertx;
  private final RegistryConfig config;
  private final RegistryRoutes routes;
  private final BlobStore blobs;
  private final Path ledger;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, HttpServer> open = new ConcurrentHashMap<>();
  private final Map<String, RegistryBudget> budgets = new ConcurrentHashMap<>();
  private final @Nullable Doorkeeper door;

  LoginServers(
      Vertx vertx,
      RegistryConfig config,
      Notifications notifications,
      BlockingHttp http,
      ServiceToken token,
      InstantSource clock) {
    this.vertx = vertx;
    this.config = config;
    this.routes = new RegistryRoutes(vertx, notifications, clock);
    this.blobs =
        new BlobStore(config.registry().dataDir().resolve("blobs"), ManifestDocument.READER, clock);
    this.ledger = config.registry().dataDir().resolve("login-servers.properties");
    this.door = isUpstream() ? null : door(http, token, clock);
  }

  private Doorkeeper door(BlockingHttp http, ServiceToken token, InstantSource clock) {
    URI identity = URI.create(config.identityUrl().orElseThrow());
    Predicate<VerifiedToken> goesOn =
        config
            .taskApiUrl()
            .<Predicate<VerifiedToken>>map(
                url -> new GoingRuns(new AskTaskApi(http, token, url), clock))
            .orElse(any -> true);
    return new Doorkeeper(
        new ShownTokens(
            identity + "/adfs/discovery/keys", config.issuer().orElseThrow(), clock, goesOn),
        new BasicLogIn(http, identity + "/oauth2/token"),
        proxy(identity),
        config.registry().realm().orElse(""));
  }

  private HttpProxy proxy(URI identity) {
    boolean tls = identity.getScheme().equals("https");
    HttpClientOptions options = new HttpClientOptions().setSsl(tls);
    if (tls && config.caFile().isPresent()) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(config.caFile().get().toString()));
    }
    int port = identity.getPort() >= 0 ? identity.getPort() : tls ? 443 : 80;
    return HttpProxy.reverseProxy(vertx.createHttpClient(options)).origin(port, identity.getHost());
  }

  void start(@Observes StartupEvent event) throws IOException {
    Files.createDirectories(config.registry().dataDir());
    if (isUpstream()) {
      listen("upstream", Integer.parseInt(config.registry().ports().split("-")[0]));
      return;
    }
    for (Map.Entry<String, Integer> known : ports().entrySet()) {
      // Whoever has the port of one registry meanwhile keeps no other one closed.
      if (!tryListen(known.getKey(), known.getValue())) {
        listenLater(known.getKey());
      }
    }
  }

  private void listenLater(String name) {
    vertx.setTimer(AGAIN_MILLIS, timer -> workers.execute(() -> listenAgain(name)));
  }

  private synchronized void listenAgain(String name) {
    try {
      Integer port = ports().get(name);
      if (port != null && !open.containsKey(name) && !tryListen(name, port)) {
        listenLater(name);
      }
    } catch (IOException unreadable) {
      LOG.errorf("registry %s: %s", name, unreadable.getMessage());
      listenLater(name);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    open.values().forEach(HttpServer::close);
    workers.close();
  }

  /** Opens a registry, or finds it; answers its login server. */
  public synchronized String open(String name) throws IOException {
    Map<String, Integer> ports = ports();
    Integer known = ports.get(name);
    if (known != null) {
      return loginServer(known);
    }
    Path content = content(name);
    if (Files.notExists(ledger) && Files.exists(content)) {
      throw new IOException(
          "%s is missing, and %s has the content of a registry: put the file back (a line %s=PORT), or move the folder away"
              .formatted(ledger, content, name));
    }
    // What a deletion left that was cut short is not the new owner's.
    store(name).delete();
    String[] range = config.registry().ports().split("-");
    for (int port = Integer.parseInt(range[0]); port <= Integer.parseInt(range[1]); port++) {
      if (!ports.containsValue(port) && tryListen(name, port)) {
        ports.put(name, port);
        write(ports);
        return loginServer(port);
      }
    }
    throw new IOException(
        "no free port for registry '" + name + "' in " + config.registry().ports());
  }

  /** Closes a registry and deletes its content. */
  public synchronized void delete(String name) throws IOException {
    budgets.remove(name);
    HttpServer server = open.remove(name);
    if (server != null) {
      server.close();
    }
    // The content first: if the process dies in between, the name is still taken, and what asked
    // for the deletion asks again.
    store(name).delete();
    Map<String, Integer> ports = ports();
    ports.remove(name);
    write(ports);
  }

  /** Takes away what nobody can reach any more, see {@link Sweep}. */
  public Sweep.Swept sweep(Instant uploadsBefore, Instant before) {
    Sweep.Swept swept =
        new Sweep(config.registry().dataDir().resolve("registries"), blobs)
            .sweep(uploadsBefore, before);
    budgets.forEach((name, budget) -> {
      try {
        budget.recount();
      } catch (IOException unreadable) {
        LOG.errorf("registry %s: %s", name, unreadable.getMessage());
      }
    });
    return swept;
  }

  /** Reads all content again, see {@link Scrub}. */
  Scrub.Scrubbed scrub(Scrub.Pace pace, Consumer<Digest> damaged) throws InterruptedException {
    return new Scrub(blobs, pace, damaged).scrub();
  }

  private boolean tryListen(String name, int port) {
    try {
      listen(name, port);
      return true;
    } catch (IllegalStateException taken) {
      LOG.warn(taken.getMessage());
      return false;
    }
  }

  private void listen(String name, int port) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setIdleTimeout(IDLE_SECONDS)
            .setHandle100ContinueAutomatically(true);
    if (config.registry().certificateFile().isPresent()) {
      options
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(config.registry().certificateFile().get().toString())
                  .setKeyPath(config.registry().keyFile().orElseThrow().toString()));
    }
    String server = loginServer(port);
    RegistryStore store = store(name);
    RegistryBudget budget = new RegistryBudget(store, limits());
    try {
      budgets.put(name, budget);
      open.put(
          name,
          new LoginServer(server, store, budget, routes, door, workers)
              .listen(vertx, options)
              .toCompletionStage()
              .toCompletableFuture()
              .get());
      LOG.infof("registry %s at %s", name, server);
    } catch (ExecutionException taken) {
      throw new IllegalStateException(
          "registry " + name + " cannot listen at " + server + ": " + taken.getMessage(), taken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private RegistryBudget.Limits limits() {
    RegistryConfig.Registry of = config.registry();
    return new RegistryBudget.Limits(
        of.mostRequests(), of.mostUploads(), of.mostSessions(), of.mostBytes());
  }

  private RegistryStore store(String name) {
    return new RegistryStore(content(name), blobs);
  }

  private Path content(String name) {
    return config.registry().dataDir().resolve("registries").resolve(name.toLowerCase(Locale.ROOT));
  }

  private boolean isUpstream() {
    return config.registry().mode().equals("upstream");
  }

  private static String loginServer(int port) {
    return "127.0.0.1:" + port;
  }

  private Map<String, Integer> ports() throws IOException {
    Map<String, Integer> ports = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (Files.exists(ledger)) {
      Properties known = new Properties();
      try (var reader = Files.newBufferedReader(ledger)) {
        known.load(reader);
      }
      known.forEach((name, port) -> ports.put((String) name, Integer.valueOf((String) port)));
    }
    return ports;
  }

  private void write(Map<String, Integer> ports) throws IOException {
    StringBuilder text = new StringBuilder();
    ports.forEach((name, port) -> text.append(name).append('=').append(port).append('\n'));
    AtomicFile.write(ledger, text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
