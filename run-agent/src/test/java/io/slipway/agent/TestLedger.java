package io.slipway.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.slipway.contract.Causation;
import io.slipway.contract.agent.Claim;
import io.slipway.contract.agent.ClaimAnswer;
import io.slipway.contract.agent.ClaimOutcome;
import io.slipway.contract.agent.ClaimRequest;
import io.slipway.contract.agent.HeartbeatAnswer;
import io.slipway.contract.agent.HeartbeatRequest;
import io.slipway.contract.agent.HeldRun;
import io.slipway.contract.agent.LeaseState;
import io.slipway.contract.agent.Platform;
import io.slipway.contract.agent.ReleaseRequest;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.contract.agent.RunSpecification;
import io.slipway.contract.agent.TaskStep;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** What an agent speaks with over HTTP, and what it said. Answers as a test wants. */
public final class TestLedger implements AutoCloseable {
  private static final int LEASE_SECONDS = 12;

  private static final String TASK =
      """
      version: v1.1.0
      steps:
        - cmd: base/shell:1 sh -c true
      """;

  /** How the ledger answers. */
  public enum Mood {
    WELL,
    /** It takes calls and answers none. */
    HANGING,
    /** It says that its database is away. */
    AWAY
  }

  public final List<ClaimRequest> claims = new CopyOnWriteArrayList<>();
  public final List<HeartbeatRequest> heartbeats = new CopyOnWriteArrayList<>();
  public final List<ReleaseRequest> releases = new CopyOnWriteArrayList<>();

  /** Decides about each run that is claimed. */
  public volatile Function<RunAttempt, ClaimOutcome> decision = run -> ClaimOutcome.CLAIMED;

  /** Key of the events of all attempts: 32 zeros. */
  public static final String EVENT_KEY = "A".repeat(43);

  /** Agents that were lost with a run. */
  public volatile Function<RunAttempt, List<String>> lost = run -> List.of();

  public volatile Mood mood = Mood.WELL;
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger refusedClaims = new AtomicInteger();
  private final HttpServer server;

  public TestLedger() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/adfs/oauth2/token",
        exchange -> answer(exchange, 200, Map.of("access_token", "t", "expires_in", 3600)));
    server.createContext("/leases/batch", TestLedger::lendNothing);
    server.createContext("/internal/agents/claims", well(this::claim));
    server.createContext("/internal/agents/heartbeats", well(this::heartbeat));
    server.createContext("/internal/agents/releases", well(this::release));
    server.start();
  }

  private static void lendNothing(HttpExchange exchange) throws IOException {
    int asked = TestAgent.JSON.readTree(exchange.getRequestBody()).path("requests").size();
    Map<String, Object> none = new LinkedHashMap<>(error("NoCredential"));
    none.put("status", 404);
    answer(exchange, 200, Map.of("answers", Collections.nCopies(asked, none)));
  }

  /** Address of all services. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How many heartbeats were answered with {@code LedgerAway}. */
  public int refused() {
    return refused.get();
  }

  /** How many claims were answered with {@code LedgerAway}. */
  public int refusedClaims() {
    return refusedClaims.get();
  }

  /** All runs that were claimed, in the order of the calls. */
  public List<RunAttempt> claimed() {
    return claims.stream().flatMap(request -> request.runs().stream()).toList();
  }

  private HttpHandler well(HttpHandler handler) {
    return exchange -> {
      switch (mood) {
        case WELL -> handler.handle(exchange);
        case AWAY -> {
          (exchange.getRequestURI().getPath().endsWith("claims") ? refusedClaims : refused)
              .incrementAndGet();
          answer(exchange, 503, error("LedgerAway"));
        }
        case HANGING -> {
          // Never answered: the agent gives up.
        }
      }
    };
  }

  private void claim(HttpExchange exchange) throws IOException {
    ClaimRequest request = TestAgent.JSON.readValue(exchange.getRequestBody(), ClaimRequest.class);
    claims.add(request);
    answer(exchange, 200, new ClaimAnswer(request.runs().stream().map(this::decided).toList()));
  }

  private Claim decided(RunAttempt run) {
    ClaimOutcome outcome = decision.apply(run);
    return outcome == ClaimOutcome.CLAIMED
        ? new Claim(
            run.runUid(),
            outcome,
            LEASE_SECONDS,
            "srt_test",
            EVENT_KEY,
            specification(run, lost.apply(run)))
        : new Claim(run.runUid(), outcome, 0, null, null, null);
  }

  /** A task of one step. */
  public static RunSpecification specification(RunAttempt run) {
    return specification(run, List.of());
  }

  /** What all runs were asked for by. */
  public static final Causation REQUEST =
      new Causation("build #7", "/ci", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

  private static RunSpecification specification(RunAttempt run, List<String> lost) {
    String task = Base64.getEncoder().encodeToString(TASK.getBytes(StandardCharsets.UTF_8));
    return new RunSpecification(
        run.runUid(),
        "ca1",
        "r",
        "/registries/r",
        "127.0.0.1:1",
        null,
        run.attempt(),
        new Platform("linux", "amd64", null),
        600,
        0,
        0,
        lost,
        Instant.EPOCH,
        List.of("127.0.0.1:1"),
        new RunSpecification.Queueing("Manual", "default", Instant.EPOCH, null),
        new TaskStep.EncodedTask(null, null, task, null, List.of(), List.of()),
        REQUEST);
  }

  private void heartbeat(HttpExchange exchange) throws IOException {
    HeartbeatRequest request =
        TestAgent.JSON.readValue(exchange.getRequestBody(), HeartbeatRequest.class);
    heartbeats.add(request);
    answer(
        exchange,
        200,
        new HeartbeatAnswer(
            LEASE_SECONDS,
            request.runs().stream()
                .map(run -> new HeldRun(run.runUid(), run.attempt(), LeaseState.HELD))
                .toList()));
  }

  private void release(HttpExchange exchange) throws IOException {
    releases.add(TestAgent.JSON.readValue(exchange.getRequestBody(), ReleaseRequest.class));
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private static Map<String, ?> error(String code) {
    return Map.of("error", Map.of("code", code, "message", code));
  }

  private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] bytes = TestAgent.JSON.writeValueAsBytes(body);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
