package io.slipway.agent.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.agent.TestAgent;
import io.slipway.agent.TestAgentConfig;
import io.slipway.agent.config.AgentConfig;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.ServiceToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a broker at a real address that answers as the test says. */
@Timeout(60)
class LeaseCallsTest {
  private static final List<String> PULL = List.of("repository:a:pull");

  @TempDir Path folder;

  /** What came: the bearer, the login servers of a batch, or the one that was asked alone. */
  private record Came(String path, String bearer, List<String> servers, List<String> tokens) {}

  private record Lent(String username) {}

  private final BlockingQueue<Came> came = new LinkedBlockingQueue<>();
  private final Semaphore mayAnswer = new Semaphore(1_000);
  private final ExecutorService runs = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private final HolderKey key = HolderKey.fresh();
  private LeaseCalls calls;
  private volatile Function<JsonNode, Object> item = LeaseCallsTest::lent;
  private volatile int batchStatus = 200;
  private volatile int tokenStatus = 200;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/adfs/oauth2/token",
        exchange ->
            send(exchange, tokenStatus, Map.of("access_token", "agent", "expires_in", 3600)));
    server.createContext("/leases", this::broker);
    server.start();
    calls = calls(Duration.ofSeconds(20), Duration.ofMillis(1));
  }

  private LeaseCalls calls(Duration limit, Duration patience) throws Exception {
    AgentConfig config =
        TestAgentConfig.of(folder, "http://127.0.0.1:" + server.getAddress().getPort(), Map.of());
    BlockingHttp http = new BlockingHttp(TestAgent.JSON, config.caFile());
    ServiceToken token =
        new ServiceToken(
            config.identityUrl(),
            "slipway-run-agent",
            new ClientSecret(config.client().secretFile()),
            http::postForm,
            InstantSource.system());
    return new LeaseCalls(config, http, token, key, limit, patience);
  }

  @AfterEach
  void stop() {
    mayAnswer.release(1_000);
    runs.shutdownNow();
    server.stop(0);
  }

  private void broker(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String bearer = exchange.getRequestHeaders().getFirst("Authorization");
    JsonNode body = TestAgent.JSON.readTree(exchange.getRequestBody());
    assertThat(exchange.getRequestHeaders().getFirst(HolderKey.HEADER)).isEqualTo(key.secret());
    if (path.equals("/leases")) {
      came.add(new Came(path, bearer, List.of(body.path("loginServer").asText()), List.of()));
      send(exchange, 200, Map.of("username", "alone"));
      return;
    }
    List<JsonNode> requests = new ArrayList<>();
    body.path("requests").forEach(requests::add);
    came.add(new Came(path, bearer, texts(requests, "loginServer"), texts(requests, "runToken")));
    mayAnswer.acquireUninterruptibly();
    if (batchStatus == 200) {
      send(exchange, 200, Map.of("answers", requests.stream().map(item).toList()));
    } else {
      exchange.getResponseHeaders().add("Retry-After", "7");
      send(exchange, batchStatus, error("Trouble"));
    }
  }

  private static List<String> texts(List<JsonNode> requests, String field) {
    return requests.stream().map(request -> request.path(field).asText()).toList();
  }

  private static Map<String, Object> lent(JsonNode request) {
    return Map.of(
        "status", 200, "lease", Map.of("username", request.path("loginServer").asText() + "!"));
  }

  private static Map<String, Object> error(String code) {
    return Map.of("error", Map.of("code", code, "message", "because of " + code));
  }

  private static void send(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] bytes = TestAgent.JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Future<BlockingHttp.Answer> ask(String loginServer) {
    Callable<BlockingHttp.Answer> asking =
        () -> calls.ask("token of " + loginServer, loginServer, PULL);
    return runs.submit(asking);
  }

  private static String userName(Future<BlockingHttp.Answer> answer) throws Exception {
    return answer.get().as(Lent.class).username();
  }

  private Came next() throws InterruptedException {
    Came next = came.poll(30, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  /** Two calls that the broker has, and does not answer before the test lets it. */
  private List<Future<BlockingHttp.Answer>> twoUnderWay() throws InterruptedException {
    mayAnswer.drainPermits();
    List<Future<BlockingHttp.Answer>> first = new ArrayList<>(List.of(ask("a")));
    assertThat(next().servers()).containsExactly("a");
    first.add(ask("b"));
    assertThat(next().servers()).containsExactly("b");
    return first;
  }

  private static void waitUntilWaiting(List<Thread> threads) throws InterruptedException {
    Set<Thread.State> waiting = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);
    for (Thread thread : threads) {
      while (!waiting.contains(thread.getState())) {
        Thread.sleep(5);
      }
    }
  }

  @Test
  void shouldPutTogetherWhatComesWhileCallsAreUnderWay() throws Exception {
    List<Future<BlockingHttp.Answer>> first = twoUnderWay();
    List<Thread> threads = new ArrayList<>();
    List<String> userNames = Collections.synchronizedList(new ArrayList<>());
    for (String server : List.of("c", "d", "e")) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  userNames.add(
                      server
                          + calls
                              .ask("token of " + server, server, PULL)
                              .as(Lent.class)
                              .username());
                } catch (IOException | InterruptedException failed) {
                  userNames.add(failed.toString());
                }
              }));
      waitUntilWaiting(threads);
    }
    assertThat(came).isEmpty();

    mayAnswer.release();
    Came together = next();

    assertThat(together.path()).isEqualTo("/leases/batch");
    assertThat(together.bearer()).isEqualTo("Bearer agent");
    assertThat(together.servers()).containsExactly("c", "d", "e");
    assertThat(together.tokens()).containsExactly("token of c", "token of d", "token of e");
    mayAnswer.release(2);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(userNames).containsExactlyInAnyOrder("cc!", "dd!", "ee!");
    assertThat(userName(first.get(0))).isEqualTo("a!");
    assertThat(userName(first.get(1))).isEqualTo("b!");
  }

  @Test
  void shouldMakeASecondCallBesideALoneQuestionOnlyWhileNobodyHasWaitedForLong() throws Exception {
    calls = calls(Duration.ofSeconds(20), Duration.ofHours(1));
    List<Future<BlockingHttp.Answer>> first = twoUnderWay();
    List<Thread> others = new ArrayList<>();
    for (String server : List.of("c", "d", "e")) {
      others.add(
          Thread.ofVirtual()
              .start(() ->
                  assertThatCode(() -> calls.ask("t", server, PULL)).doesNotThrowAnyException()));
      waitUntilWaiting(others);
    }
    assertThat(came).isEmpty();

    mayAnswer.release(2);

    assertThat(next().servers()).containsExactly("c", "d", "e");
    assertThat(userName(first.get(0))).isEqualTo("a!");
    assertThat(userName(first.get(1))).isEqualTo("b!");
    Future<BlockingHttp.Answer> last = ask("f");
    assertThat(came.poll(200, TimeUnit.MILLISECONDS)).as("beside a call for three").isNull();
    mayAnswer.release(2);
    assertThat(userName(last)).isEqualTo("f!");
    for (Thread other : others) {
      other.join();
    }
  }

  @Test
  void shouldAnswerEachForItself() throws Exception {
    item =
        request ->
            switch (request.path("loginServer").asText()) {
              case "refused" -> with(error("NotGranted"), 403);
              case "busy" -> with(error("IdentityUnavailable"), 503);
              default -> lent(request);
            };

    Future<BlockingHttp.Answer> good = ask("good");
    BlockingHttp.Answer refused = ask("refused").get();
    BlockingHttp.Answer busy = ask("busy").get();

    assertThat(userName(good)).isEqualTo("good!");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("NotGranted");
    assertThat(refused.message()).isEqualTo("because of NotGranted");
    assertThat(busy.status()).isEqualTo(503);
    assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(3));
  }

  private static Map<String, Object> with(Map<String, Object> error, int status) {
    return Map.of("status", status, "error", error.get("error"), "retryAfter", 3);
  }

  @Test
  void shouldAskAloneWhatABatchDoesNotDecide() throws Exception {
    item = request -> Map.of("status", 202);
    assertThat(userName(ask("slow"))).isEqualTo("alone");
    assertThat(next().path()).isEqualTo("/leases/batch");
    assertThat(next())
        .isEqualTo(new Came("/leases", "Bearer token of slow", List.of("slow"), List.of()));

    // a call that is refused as a whole says nothing of the questions in it
    for (int status : new int[] {400, 401, 404, 413}) {
      batchStatus = status;
      assertThat(userName(ask("r"))).as("status %d", status).isEqualTo("alone");
    }
  }

  @Test
  void shouldAskAloneWithoutAServiceToken() throws Exception {
    tokenStatus = 500;

    assertThat(userName(ask("r"))).isEqualTo("alone");
    assertThat(next().path()).isEqualTo("/leases");
  }

  @Test
  void shouldAskAloneForVeryManyScopes() throws Exception {
    calls.ask("t", "r", Collections.nCopies(11, "repository:a:pull"));

    assertThat(next().path()).isEqualTo("/leases");
  }

  @Test
  void shouldSayToEachThatTheBrokerIsAway() throws Exception {
    batchStatus = 503;

    BlockingHttp.Answer answer = ask("r").get();

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void shouldHoldUpNobodyBeyondTheLimitOfACallThatHangs() throws Exception {
    calls = calls(Duration.ofSeconds(2), Duration.ofMillis(1));
    List<Future<BlockingHttp.Answer>> hanging = twoUnderWay();
    Future<BlockingHttp.Answer> third = ask("c");

    for (Future<BlockingHttp.Answer> each : hanging) {
      assertThatThrownBy(each::get).hasRootCauseMessage("request timed out");
    }
    assertThat(next().servers()).containsExactly("c");
    mayAnswer.release(3);

    assertThat(userName(third)).isEqualTo("c!");
  }

  @Test
  void shouldNotAskForARunThatHasEnded() throws Exception {
    List<Future<BlockingHttp.Answer>> first = twoUnderWay();
    Thread ended =
        Thread.ofVirtual()
            .start(() ->
                assertThatThrownBy(() -> calls.ask("t", "ended", PULL))
                    .isInstanceOf(InterruptedException.class));
    waitUntilWaiting(List.of(ended));
    ended.interrupt();
    ended.join();
    Future<BlockingHttp.Answer> last = ask("last");

    mayAnswer.release(3);

    assertThat(userName(last)).isEqualTo("last!");
    assertThat(userName(first.get(0))).isEqualTo("a!");
    assertThat(came).noneMatch(each -> each.servers().contains("ended"));
  }

  @Test
  void rejectsAnswersThatDoNotFit() {
    item = request -> Map.of();
    assertThat(ask("r")).succeedsWithin(Duration.ofSeconds(30));
    batchStatus = 200;
    item =
        request -> {
          throw new IllegalStateException("the connection ends without an answer");
        };

    assertThatThrownBy(() -> ask("r").get()).hasRootCauseInstanceOf(IOException.class);
  }
}
