package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives at addresses, and uploads. */
class FetchArchiveTest {
  private static final String PASSWORD = "pass-word-5150";
  @TempDir private Path folder;
  private ContextBench bench;
  private byte[] archive;

  @BeforeEach
  void archive() throws Exception {
    bench = new ContextBench(folder);
    archive =
        UnpackArchiveTest.packed(
            UnpackArchiveTest.tar(tar -> tar.file("Dockerfile", "FROM scratch\n")), "gz");
  }

  @AfterEach
  void stop() {
    bench.close();
  }

  private FetchedContext fetch(String address) throws Exception {
    return bench
        .fetcher(ContextBench.LIMITS, true)
        .fetch(address, bench.workspace, "build-1", bench.access());
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Test
  void shouldFetchAnArchiveOverARedirect() throws Exception {
    HttpServer server = bench.serve(exchange -> send(exchange, 200, archive));
    HttpServer moved = bench.redirectTo(ContextBench.address(server, "/app.tar.gz"));

    FetchedContext context = fetch(ContextBench.address(moved, "/old.tar.gz"));

    assertThat(context.folder().resolve("Dockerfile")).hasContent("FROM scratch");
    assertThat(context.revision()).isNull();
  }

  @Test
  void shouldTryThreeTimesWhenTheServerFails() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        bench.serve(exchange -> send(exchange, asked.incrementAndGet() < 3 ? 503 : 200, archive));

    assertThat(fetch(ContextBench.address(server, "/a.tar")).folder()).isNotEmptyDirectory();
    assertThat(asked).hasValue(3);
  }

  @Test
  void shouldGiveUpAfterThreeTimes() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        bench.serve(exchange -> {
          asked.incrementAndGet();
          send(exchange, 500, new byte[0]);
        });

    assertThatThrownBy(() -> fetch(ContextBench.address(server, "/a.tar")))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("failed to download context. Please check if the URL is incorrect");
    assertThat(asked).hasValue(3);
    assertThat(bench.log()).contains("HTTP status 500");
    assertThat(bench.workspace).isEmptyDirectory();
  }

  @Test
  void shouldNotTryAgainWhatIsRefused() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        bench.serve(exchange -> {
          asked.incrementAndGet();
          send(exchange, 404, new byte[0]);
        });

    assertThatThrownBy(() -> fetch(ContextBench.address(server, "/a.tar")))
        .isInstanceOf(Refusal.class);
    assertThat(asked).hasValue(1);
  }

  @Test
  void rejectsABodyThatIsNoArchive() throws Exception {
    HttpServer server =
        bench.serve(exchange -> send(exchange, 200, "<html>".getBytes(StandardCharsets.UTF_8)));

    assertThatThrownBy(() -> fetch(ContextBench.address(server, "/a.tar")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("it is not an archive: expected tar");
  }

  @Test
  void rejectsRedirectsToAddressesOfNoHostAndAwayFromHttp() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer inner =
        bench.serve(exchange -> {
          asked.incrementAndGet();
          send(exchange, 200, archive);
        });
    HttpServer lure =
        bench.redirectTo("http://0.0.0.0:" + inner.getAddress().getPort() + "/latest/meta-data");
    HttpServer file = bench.redirectTo("file:///etc/passwd");

    assertThatThrownBy(() -> fetch(ContextBench.address(lure, "/a.tar")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("0.0.0.0");
    assertThat(asked).hasValue(0);
    assertThatThrownBy(() -> fetch(ContextBench.address(file, "/a.tar")))
        .isInstanceOf(Refusal.class);
    assertThat(bench.workspace).isEmptyDirectory();
  }

  @Test
  void rejectsTheOwnMachineUnlessItIsAllowed() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        bench.serve(exchange -> {
          asked.incrementAndGet();
          send(exchange, 200, archive);
        });

    assertThatThrownBy(() ->
            bench
                .fetcher(ContextBench.LIMITS, false)
                .fetch(
                    ContextBench.address(server, "/a.tar"), bench.workspace, "x", bench.access()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("slipway.agent.open-networks=127.0.0.1:");
    assertThat(asked).hasValue(0);
  }

  @Test
  void shouldLogInWithThePasswordOfTheAddressAndShowItToNobodyElse() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer other =
        bench.serve(exchange -> {
          seen.add("other " + exchange.getRequestHeaders().getFirst("Authorization"));
          send(exchange, 200, archive);
        });
    HttpServer server =
        bench.serve(exchange -> {
          seen.add("first " + exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.getResponseHeaders().add("Location", ContextBench.address(other, "/b.tar"));
          exchange.sendResponseHeaders(302, -1);
        });

    fetch(ContextBench.address(server, "/a.tar").replace("//", "//user:" + PASSWORD + "@"));

    assertThat(seen)
        .containsExactly("first " + FetchTarball.basic("user:" + PASSWORD), "other null");
    bench.log.plain("it is " + PASSWORD);
    assertThat(bench.log()).contains("it is ***");
  }

  @Test
  void shouldFetchTheContextOfARunFromTheAddressThatIsASecret() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer server =
        bench.serve(exchange -> {
          seen.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          send(exchange, 200, archive);
        });
    String address = ContextBench.address(server, "/a.tar?sig=" + PASSWORD);
    TaskStep.WithContext step =
        ContextBench.step(address.replace(PASSWORD, "***").replace("//", "//***@"), null);

    bench
        .fetcher(ContextBench.LIMITS, true)
        .fetchRun(step, bench.access(address.replace("//", "//user:pa55word@")));

    assertThat(seen)
        .containsExactly("/a.tar?sig=" + PASSWORD + " " + FetchTarball.basic("user:pa55word"));
    bench.log.plain("sig=" + PASSWORD + " and pa55word");
    assertThat(bench.log()).contains("*** and ***").doesNotContain(PASSWORD, "pa55word");
  }

  @Test
  void rejectsMoreThanTheDownloadLimit() throws Exception {
    HttpServer server =
        bench.serve(exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1 << 16];
          for (int i = 0; i < 1000; i++) {
            exchange.getResponseBody().write(block);
          }
        });

    assertThatThrownBy(() ->
            bench
                .fetcher(new ContextLimits(1 << 20, 1 << 20, 10, 1 << 20), true)
                .fetch(
                    ContextBench.address(server, "/a.tar"), bench.workspace, "x", bench.access()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("slipway.agent.context-download-limit");
  }

  @Test
  void shouldFetchAnUploadForItsRun() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer services =
        bench.serve(exchange -> {
          if (exchange.getRequestURI().getPath().endsWith("/token")) {
            send(
                exchange,
                200,
                "{\"access_token\":\"t\",\"expires_in\":600}".getBytes(StandardCharsets.UTF_8));
            return;
          }
          seen.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Slipway-Run-Token"));
          send(exchange, 200, archive);
        });
    UUID upload = UUID.fromString("018f2b1c-7a10-7c3e-9a55-0d5b8e1f2a01");

    FetchedContext context =
        bench
            .fetcher(ContextBench.LIMITS, true, ContextBench.address(services, ""))
            .fetchRun(ContextBench.step(null, upload), bench.access());

    assertThat(context.folder()).isEqualTo(bench.workspace);
    assertThat(bench.workspace.resolve("Dockerfile")).exists();
    assertThat(seen).containsExactly("/internal/build-sources/" + upload + " run-token");
  }

  @Test
  void shouldFetchAnUploadWithANewTokenWhenItsOwnIsRefused() throws Exception {
    AtomicInteger issued = new AtomicInteger();
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer services =
        bench.serve(exchange -> {
          if (exchange.getRequestURI().getPath().endsWith("/token")) {
            String token = "t" + issued.incrementAndGet();
            send(
                exchange,
                200,
                ("{\"access_token\":\"" + token + "\",\"expires_in\":3600}")
                    .getBytes(StandardCharsets.UTF_8));
            return;
          }
          String bearer = exchange.getRequestHeaders().getFirst("Authorization");
          seen.add(bearer);
          send(exchange, bearer.equals("Bearer t1") ? 401 : 200, archive);
        });

    bench
        .fetcher(ContextBench.LIMITS, true, ContextBench.address(services, ""))
        .fetchRun(ContextBench.step(null, UUID.randomUUID()), bench.access());

    assertThat(bench.workspace.resolve("Dockerfile")).exists();
    assertThat(seen).containsExactly("Bearer t1", "Bearer t2");
  }

  @Test
  void shouldDoNothingForARunWithoutAContext() throws Exception {
    TaskStep.WithContext step = ContextBench.step(null, null);

    assertThat(bench.fetcher(ContextBench.LIMITS, true).fetchRun(step, bench.access()).folder())
        .isEmptyDirectory();
    assertThat(bench.log()).isEmpty();
  }

  @Test
  void rejectsAFolderAsTheContextOfARun() throws Exception {
    TaskStep.WithContext step = ContextBench.step("/etc", null);

    assertThatThrownBy(
            () -> bench.fetcher(ContextBench.LIMITS, true).fetchRun(step, bench.access()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'/etc' is not an address");
  }

  @Test
  void shouldTakeFoldersOfTheWorkspaceAndNoOthers() throws Exception {
    Files.createDirectories(bench.workspace.resolve("app/src"));
    Files.createSymbolicLink(bench.workspace.resolve("out"), Path.of("/etc"));
    FetchContext fetcher = bench.fetcher(ContextBench.LIMITS, true);
    Path app = bench.workspace.resolve("app");

    assertThat(fetcher.fetch("src", app, "s", bench.access()).folder())
        .isEqualTo(app.resolve("src").toRealPath());
    assertThat(fetcher.fetch("/workspace/app", app, "s", bench.access()).folder())
        .isEqualTo(app.toRealPath());
    for (String path : List.of("../..", "/etc", "../out", "/workspace/../..", "missing")) {
      assertThatThrownBy(() -> fetcher.fetch(path, app, "s", bench.access()))
          .as(path)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("is not a directory in the workspace");
    }
  }
}
