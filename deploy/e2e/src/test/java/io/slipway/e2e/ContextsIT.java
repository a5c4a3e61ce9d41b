package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;

/** Where runs and builds take their files from. */
@Order(16)
class ContextsIT {
  private static final Workshop WORKSHOP = Workshop.shared();
  private static final String SHOW =
      "version: v1.1.0\nsteps:\n  - cmd: $Registry/base/shell:1 sh -c 'cat where.txt && ls -a'\n";
  private static final AtomicInteger tries = new AtomicInteger();
  private static GitServer git;
  private static HttpServer web;
  private static String first;

  @BeforeAll
  static void serve() throws Exception {
    git = new GitServer(Path.of("target/git-contexts"));
    git.repository(
        "contexts",
        Map.of(
            "task.yaml",
            SHOW,
            "where.txt",
            "first commit\n",
            "Dockerfile",
            "FROM scratch\n",
            "pushed.yaml",
            SHOW + "  - cmd: $Registry/base/shell:1 echo {{.Run.Commit}} of {{.Run.Branch}}\n"));
    first = git.head("contexts");
    git.commit("contexts", "side", Map.of("where.txt", "branch side\n"));
    git.commit(
        "contexts",
        "main",
        Map.of(
            "where.txt", "second commit\n", "inner/where.txt", "folder\n", "inner/t.yaml", SHOW));
    git.reference("contexts", "refs/tags/v1", first);
    git.reference("contexts", "refs/pull/7/head", "side");
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] archive =
        QuickRunsIT.archive(
            Map.of("task.yaml", SHOW, "where.txt", "tarball\n", "Dockerfile", BUILD));
    web.createContext(
        "/context.tar.gz",
        exchange -> {
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive);
          exchange.close();
        });
    web.createContext(
        "/flaky.tar.gz",
        exchange -> {
          boolean works = tries.incrementAndGet() >= 3;
          exchange.sendResponseHeaders(works ? 200 : 503, works ? archive.length : -1);
          if (works) {
            exchange.getResponseBody().write(archive);
          }
          exchange.close();
        });
    web.start();
  }

  private static final String BUILD =
      "ARG BASE\nFROM ${BASE}\nCOPY where.txt /\nRUN cat /where.txt\n";

  @AfterAll
  static void stop() {
    git.close();
    web.stop(0);
  }

  private static String repository() {
    return git.address("contexts");
  }

  private static String web(String path) {
    return "http://127.0.0.1:" + web.getAddress().getPort() + path;
  }

  /** Runs a task file of a context. */
  private static RunEnd fileTask(String context, String file) {
    String name = "c-" + Integer.toHexString((context + file).hashCode());
    ObjectNode task = Api.JSON.createObjectNode().put("location", "local");
    ObjectNode properties = task.putObject("properties");
    properties.putObject("platform").put("os", "Linux").put("architecture", "amd64");
    properties
        .putObject("step")
        .put("type", "FileTask")
        .put("taskFilePath", file)
        .put("contextPath", context);
    WORKSHOP.api().call("PUT", "/tasks/" + name, task).succeeded();
    return WORKSHOP.end(WORKSHOP.startTask(name));
  }

  @ConcurrentTest
  void shouldFetchTheDefaultBranch() {
    RunEnd end = fileTask(repository(), "task.yaml").succeeded();

    assertThat(end.log())
        .contains("Downloading source code...", "Finished downloading source code")
        .contains("second commit");
  }

  @ConcurrentTest
  void shouldFetchABranch() {
    assertThat(fileTask(repository() + "#side", "task.yaml").succeeded().log())
        .contains("branch side");
  }

  @ConcurrentTest
  void shouldFetchAFolderOfABranch() {
    assertThat(fileTask(repository() + "#main:inner", "t.yaml").succeeded().log())
        .contains("folder")
        .doesNotContain("second commit");
  }

  @ConcurrentTest
  void shouldFetchACommitATagAndAPullRequest() {
    assertThat(fileTask(repository() + "#" + first, "task.yaml").succeeded().log())
        .contains("first commit");
    assertThat(fileTask(repository() + "#v1", "task.yaml").succeeded().log())
        .contains("first commit");
    assertThat(fileTask(repository() + "#pull/7/head", "task.yaml").succeeded().log())
        .contains("branch side");
  }

  /** A push that GitHub tells of, whose branch has moved on since. */
  @ConcurrentTest
  void shouldBuildTheCommitThatWasPushed() throws Exception {
    String context = repository() + "#main";
    List<String> create =
        List.of("acr", "task", "create", "-r", Cast.REGISTRY, "-n", "pushed", "-f", "pushed.yaml");
    List<String> words = new ArrayList<>(create);
    words.addAll(List.of("--context", context, "--git-access-token", "a-token"));
    JsonNode made = WORKSHOP.platform().azJson(words.toArray(String[]::new));
    assertThat(made.at("/trigger/sourceTriggers/0/sourceTriggerEvents/0").asText())
        .isEqualTo("commit");
    JsonNode hook =
        WORKSHOP.api().call("POST", "/tasks/pushed/listHooks", null).succeeded().body().path(0);
    String body =
        ("{'ref':'refs/heads/main','after':'%s','repository':{'full_name':'a/b',"
                + "'clone_url':'%s','pushed_at':%d}}")
            .formatted(first, repository(), System.currentTimeMillis() / 1000)
            .replace('\'', '"');
    assertThat(post(hook, body, "guessed")).contains("DeliveryNotGenuine");
    assertThat(post(hook, body, hook.path("secret").asText())).contains("accepted");
    assertThat(post(hook, body, hook.path("secret").asText())).contains("accepted");
    Platform.await(
        "the push has started a run",
        Duration.ofSeconds(60),
        () -> !pushed().path("lastRunId").asText().isEmpty());

    RunEnd end = WORKSHOP.end(pushed().path("lastRunId").asText()).succeeded();

    assertThat(end.log()).contains("first commit", first + " of main");
    assertThat(end.run().at("/sourceTrigger/commitId").asText()).isEqualTo(first);
    List<String> show = List.of("acr", "task", "list-runs", "-r", Cast.REGISTRY, "-n", "pushed");
    words = new ArrayList<>(show);
    words.addAll(List.of("-o", "table"));
    assertThat(WORKSHOP.platform().az(words.toArray(String[]::new)).succeeded().all())
        .containsOnlyOnce(" commit ");
  }

  private static JsonNode pushed() {
    return WORKSHOP.api().get("/tasks/pushed").at("/properties/trigger/sourceTriggers/0");
  }

  private static String post(JsonNode hook, String body, String secret) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] signature = mac.doFinal(body.getBytes(StandardCharsets.UTF_8));
    List<String> words = new ArrayList<>(List.of("curl", "-sS", "--cacert"));
    words.add(WORKSHOP.platform().environment().get("SLIPWAY_CA_BUNDLE"));
    words.addAll(List.of("-H", "Content-Type: application/json", "-H", "X-GitHub-Event: push"));
    words.add("-H");
    words.add("X-Hub-Signature-256: sha256=" + HexFormat.of().formatHex(signature));
    words.addAll(List.of("-d", body, hook.path("address").asText()));
    return Command.run(Path.of("."), Map.of(), Duration.ofSeconds(30), words).succeeded().all();
  }

  @ConcurrentTest
  void shouldSayWhatIsWrongWithAContext() {
    RunEnd branch = fileTask(repository() + "#no-such-branch", "task.yaml").failed();
    RunEnd folder = fileTask(repository() + "#main:no-such-folder", "task.yaml").failed();
    RunEnd file = fileTask(repository(), "no-such-file.yaml").failed();
    RunEnd token =
        fileTask(repository().replace("http://", "http://t0ken-value@") + "#gone", "task.yaml")
            .failed();

    assertThat(told(branch)).contains("no-such-branch");
    assertThat(told(folder)).contains("no-such-folder");
    assertThat(told(file)).contains("no-such-file.yaml");
    assertThat(token.log() + token.error() + token.events()).doesNotContain("t0ken-value");
  }

  /** The error of a failed run, which is the original's general one, with what the log says. */
  private static String told(RunEnd end) {
    assertThat(end.failed().error()).isNotBlank();
    return end.error() + end.log();
  }

  @ConcurrentTest
  void shouldUnpackATarballAndTryThreeTimes() {
    assertThat(fileTask(web("/context.tar.gz"), "task.yaml").succeeded().log()).contains("tarball");
    assertThat(fileTask(web("/flaky.tar.gz"), "task.yaml").succeeded().log()).contains("tarball");
    assertThat(tries).hasValue(3);
    assertThat(told(fileTask(web("/missing.tar.gz"), "task.yaml"))).contains("404");
  }

  @ConcurrentTest
  void shouldBuildFromATarball() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - build: -t from-tar:1 --build-arg BASE=$Registry/base/shell:1 %s
                """
                    .formatted(web("/context.tar.gz")))
            .succeeded();

    assertThat(end.log()).contains("tarball");
  }

  @ConcurrentTest
  void shouldUnpackAnArtifactOfTheRegistry() throws Exception {
    byte[] archive = QuickRunsIT.archive(Map.of("task.yaml", SHOW, "where.txt", "artifact\n"));
    String layer = HostileImage.blob(WORKSHOP.api(), "it/source", archive);
    String config =
        HostileImage.blob(WORKSHOP.api(), "it/source", "{}".getBytes(StandardCharsets.UTF_8));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "artifactType":"application/vnd.example.source",
         "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d,
          "annotations":{"org.opencontainers.image.title":"source.tar.gz","io.deis.oras.content.unpack":"true"}}]}
        """
            .formatted(config, layer, archive.length);
    assertThat(
            WORKSHOP
                .api()
                .registry(
                    "PUT",
                    "/v2/it/source/manifests/1",
                    "application/vnd.oci.image.manifest.v1+json",
                    manifest.getBytes(StandardCharsets.UTF_8))
                .statusCode())
        .isEqualTo(201);

    RunEnd end =
        fileTask("oci://" + WORKSHOP.api().loginServer() + "/it/source:1", "task.yaml").succeeded();

    assertThat(end.log()).contains("artifact");
  }

  @ConcurrentTest
  void shouldHaveNoFilesWithoutAContext() {
    RunEnd end =
        WORKSHOP
            .run("steps:\n  - cmd: $Registry/base/shell:1 sh -c 'echo files=$(ls -A | wc -l)'\n")
            .succeeded();

    assertThat(end.log()).contains("files=0").doesNotContain("Downloading source code");
  }
}
