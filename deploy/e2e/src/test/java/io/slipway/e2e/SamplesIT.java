package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The sample projects, each uploaded and run as its README says. */
@Order(17)
class SamplesIT {
  private static final Workshop WORKSHOP = Workshop.shared();
  private static final Path SAMPLES =
      Path.of(System.getProperty("slipway.root"), "deploy/demo/samples").normalize();

  @BeforeAll
  static void makeBaseImages() {
    WORKSHOP.platform().slipway("samples").succeeded();
  }

  @ConcurrentTest
  void shouldTestAndPublishTheNodeService() throws IOException {
    RunEnd end = run("node-service").succeeded();

    // On a platform that built it before, the stage of the tests is found in the cache.
    assertThat(end.log())
        .containsAnyOf("3 unit tests passed", "---> Using cache")
        .contains("smoke test passed: Hello from a step, Grace!");
    assertThat(end.outcome("unit-tests")).isEqualTo("SUCCEEDED");
    assertThat(pushed(end)).containsExactly("samples/node-service:" + end.id(), LATEST);
  }

  private static final String LATEST = "samples/node-service:latest";

  @ConcurrentTest
  void shouldCompileAndTestTheJavaService() throws IOException {
    RunEnd end = run("java-service").succeeded();

    assertThat(end.log()).contains("4 tests passed", "service " + end.id());
    assertThat(pushed(end)).containsExactly("samples/java-service:" + end.id());
  }

  @ConcurrentTest
  void shouldCompileAStaticBinary() throws IOException {
    RunEnd end = run("c-static").succeeded();

    assertThat(end.log())
        .contains("primes " + end.id() + " up to 30: 2 3 5 7 11 13 17 19 23 29")
        .contains("buildtime-dependency:", "repository: base/c");
    assertThat(pushed(end)).containsExactly("samples/primes:" + end.id());
  }

  @ConcurrentTest
  void shouldPackageThePythonTool() throws IOException {
    RunEnd end = run("python-tool").succeeded();

    assertThat(end.log()).contains("Ran 3 tests", "3 the", "2 and").doesNotContain("1 bird");
    assertThat(pushed(end)).containsExactly("samples/wordfreq:" + end.id());
  }

  @ConcurrentTest
  void shouldRunAMatrixOfShards() throws IOException {
    RunEnd end = run("parallel-matrix", "values.yaml").succeeded();

    assertThat(end.log())
        .contains("shard small: 2001000", "shard medium:", "shard large:")
        .contains("total of 3 shards: 18003000");
    assertThat(end.outcome("shard-medium")).isEqualTo("SUCCEEDED");
  }

  @ConcurrentTest
  void shouldBuildAChainOfBaseImages() throws IOException {
    RunEnd end = run("base-chain").succeeded();

    assertThat(end.log()).contains("policy: strict, folder: /srv/app", "application in /srv/app");
    assertThat(pushed(end))
        .containsExactlyInAnyOrder(
            "samples/chain-os:" + end.id(),
            "samples/chain-runtime:" + end.id(),
            "samples/chain-app:" + end.id());
  }

  /** The real az, a receiver that is away at first, and a push of a run. */
  @ConcurrentTest
  void shouldTellAWebhookOfAPush() throws IOException {
    AtomicInteger status = new AtomicInteger(503);
    List<String> told = new CopyOnWriteArrayList<>();
    HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          told.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    receiver.start();
    try {
      String address = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/in";
      hook("create", "-n", "pushes1", "--uri", address, "--actions", "push", "--scope", "hooked:*");
      WORKSHOP
          .end(WORKSHOP.api().schedule(WORKSHOP.request(built("base/shell", "hooked", 1))))
          .succeeded();
      Platform.await("a first call", Workshop.RUN_LIMIT, () -> !told.isEmpty());
      status.set(200);
      assertThat(told.getFirst()).contains("\"repository\":\"hooked\"", "\"push\"");
      // The image's provenance is pushed, too, and told of.
      Platform.await(
          "a second call of the same",
          Workshop.RUN_LIMIT,
          () -> told.stream().filter(told.getFirst()::equals).count() > 1);

      Platform.await(
          "the answer in the list",
          Workshop.RUN_LIMIT,
          () -> hook("list-events", "-n", "pushes1", "--output", "table").contains("200 OK"));
      assertThat(hook("show", "-n", "pushes1")).contains("enabled").doesNotContain(address);
      assertThat(hook("get-config", "-n", "pushes1", "--output", "table")).contains(address);
      hook("update", "-n", "pushes1", "--status", "enabled", "--tags", "a=b");
      hook("ping", "-n", "pushes1");
      Platform.await(
          "the ping",
          Workshop.RUN_LIMIT,
          () -> told.stream().anyMatch(body -> body.contains("\"action\":\"ping\"")));
      assertThat(hook("list", "--output", "table")).contains("pushes1", "hooked:*");
      hook("delete", "-n", "pushes1");
      assertThat(hook("list")).doesNotContain("pushes1");
    } finally {
      receiver.stop(0);
    }
  }

  private static String hook(String what, String... more) {
    List<String> words = new ArrayList<>(List.of("acr", "webhook", what, "-r", Cast.REGISTRY));
    words.addAll(List.of(more));
    return WORKSHOP.platform().az(words.toArray(String[]::new)).succeeded().all();
  }

  /** Whoever pushes the lowest image starts the next task, and that one the last. */
  @ConcurrentTest
  void shouldBuildAChainOfTasksWhenItsBaseIsPushed() throws IOException {
    String base = "chained/base";
    WORKSHOP
        .end(WORKSHOP.api().schedule(WORKSHOP.request(built("base/shell", base, 1))))
        .succeeded();
    chained("chain-middle", base, "chained/middle");
    chained("chain-app", "chained/middle", "chained/app");
    for (String task : List.of("chain-middle", "chain-app")) {
      WORKSHOP.end(WORKSHOP.startTask(task)).succeeded();
    }

    WORKSHOP
        .end(WORKSHOP.api().schedule(WORKSHOP.request(built("base/shell", base, 2))))
        .succeeded();
    Platform.await(
        "the end of the chain runs",
        Workshop.RUN_LIMIT,
        () -> !trigger("chain-app").path("lastRunId").asText().isEmpty());

    RunEnd end = WORKSHOP.end(trigger("chain-app").path("lastRunId").asText()).succeeded();
    JsonNode images = end.run().at("/imageUpdateTrigger/images");
    RunEnd middle = WORKSHOP.end(trigger("chain-middle").path("lastRunId").asText()).succeeded();
    assertThat(images).hasSize(1);
    assertThat(images.get(0)).isEqualTo(middle.run().at("/outputImages/0"));
    assertThat(middle.run().at("/imageUpdateTrigger/images/0/repository").asText()).isEqualTo(base);
    assertThat(end.run().get("runType").asText()).isEqualTo("AutoRun");
    assertThat(az("show-run", "--run-id", middle.id(), "--output", "table").succeeded().all())
        .contains("Image Update");
    az("update", "--name", "chain-middle", "--base-image-trigger-enabled", "false").succeeded();
    assertThat(az("show", "--name", "chain-middle", "--query", "trigger").succeeded().all())
        .contains("\"baseImageTriggerType\": \"All\"", "\"name\": \"bases\"", "Disabled");
  }

  private static String built(String from, String to, int version) {
    return """
    steps:
      - cmd: $Registry/base/shell:1 sh -c 'echo FROM $Registry/%1$s:1 > Dockerfile && echo LABEL v=%3$d >> Dockerfile'
      - build: -t $Registry/%2$s:1 .
      - push: ["$Registry/%2$s:1"]
    """
        .formatted(from, to, version);
  }

  private static void chained(String name, String from, String to) throws IOException {
    Path file = Platform.freshFolder("chained").resolve("task.yaml");
    Files.writeString(file, Workshop.file(built(from, to, 1)));
    az(
            "create",
            "--name",
            name,
            "--context",
            "/dev/null",
            "--file",
            file.toString(),
            "--base-image-trigger-name",
            "bases",
            "--base-image-trigger-type",
            "All")
        .succeeded();
  }

  private static Command.Result az(String what, String... more) {
    List<String> words = new ArrayList<>(List.of("acr", "task", what, "-r", Cast.REGISTRY));
    words.addAll(List.of(more));
    return WORKSHOP.platform().az(words.toArray(String[]::new));
  }

  private static JsonNode trigger(String task) {
    return WORKSHOP.api().get("/tasks/" + task).at("/properties/trigger/baseImageTrigger");
  }

  @ConcurrentTest
  void shouldReleaseWhatTheValuesSay() throws IOException {
    RunEnd end = run("release-values", "values.yaml", "channel=beta").succeeded();

    assertThat(end.log()).contains("# ROCKET 2.10 (beta)");
    assertThat(pushed(end))
        .containsExactlyInAnyOrder(
            "samples/release:2", "samples/release:2.10", "samples/release:2.10-" + end.id());
  }

  @ConcurrentTest
  void shouldUseASecretWithoutShowingIt() throws IOException {
    String key = "0badc0de0badc0de0badc0de0badc0de";
    RunEnd end = run("secrets", null, "secret:key=" + key).succeeded();

    assertThat(end.log()).contains("signed: ").doesNotContain(key);
    assertThat(pushed(end)).containsExactly("samples/signed:" + end.id());
  }

  @ConcurrentTest
  void shouldTestDetachedServices() throws IOException {
    RunEnd end = run("key-value-service").succeeded();

    assertThat(end.log())
        .contains("integration test passed: what the primary was told, the replica knows")
        .contains("listening on 6000, with a replica", "set colour: OK");
  }

  @ConcurrentTest
  void shouldGenerateASite() throws IOException {
    RunEnd end = run("static-site").succeeded();

    assertThat(end.log())
        .contains("generated herbs.html", "all links lead somewhere", "all pages are small");
    assertThat(pushed(end)).containsExactly("samples/site:" + end.id());
  }

  @ConcurrentTest
  void shouldDeployOrRollBack() throws IOException {
    RunEnd good = run("deploy-guard", null, "stage=staging").succeeded();
    RunEnd broken = run("deploy-guard", null, "stage=broken").failed();

    assertThat(good.log())
        .contains("staging is locked by another deployment", "deployed to staging")
        .contains("cleaned up staging")
        .doesNotContain("rolled back");
    assertThat(broken.log())
        .contains("rolled back broken", "cleaned up broken")
        .doesNotContain("deployed to");
    assertThat(broken.outcome("announce")).isEqualTo("SKIPPED");
  }

  @ConcurrentTest
  void shouldMakeOneIndexForTwoPlatforms() throws IOException {
    RunEnd end = run("multi-platform").succeeded();

    assertThat(pushed(end)).containsExactly("samples/config:" + end.id());
  }

  @ConcurrentTest
  void shouldBuildTwoServicesOfOneRepository() throws IOException {
    RunEnd end = run("monorepo").succeeded();

    assertThat(end.log()).contains("shared library works", "order total: 42.50");
    assertThat(pushed(end))
        .containsExactlyInAnyOrder("samples/orders:" + end.id(), "samples/billing:" + end.id());
  }

  @Test
  void shouldPlanEverySample() throws IOException {
    try (Stream<Path> folders = Files.list(SAMPLES)) {
      for (Path folder : folders.filter(path -> Files.exists(path.resolve("task.yaml"))).toList()) {
        List<String> words = new ArrayList<>();
        words.add(folder.resolve("task.yaml").toString());
        if (Files.exists(folder.resolve("values.yaml"))) {
          words.addAll(List.of("--values", folder.resolve("values.yaml").toString()));
        }
        for (String value : List.of("key=k", "stage=s")) {
          words.addAll(List.of("--set", value));
        }
        assertThat(WORKSHOP.platform().plan(words).succeeded().out()).isNotBlank();
      }
    }
  }

  /**
   * As in cron and after {@code su -}. The name is written so that this JVM may have none either.
   */
  @Test
  void shouldReadANameThatIsNotAsciiWhereNoLanguageIsSet() {
    String script =
        """
        folder=$(mktemp -d)
        trap 'rm -r "$folder"' EXIT
        file=$folder/t$(printf '\\303\\244')sk.yaml
        cp deploy/demo/samples/c-static/task.yaml "$file"
        LC_ALL=C ./slipway plan "$file"
        """;

    Command.Result planned = WORKSHOP.platform().shell(Duration.ofMinutes(1), script, Map.of());

    assertThat(planned.succeeded().out()).contains("sk.yaml: version");
  }

  /** Uploads a sample and runs its task file. */
  private static RunEnd run(String sample) throws IOException {
    return run(sample, null);
  }

  private static RunEnd run(String sample, String valuesFile, String... values) throws IOException {
    ObjectNode request =
        Api.JSON
            .createObjectNode()
            .put("type", "FileTaskRunRequest")
            .put("taskFilePath", "task.yaml")
            .put("sourceLocation", QuickRunsIT.upload(files(SAMPLES.resolve(sample))));
    if (valuesFile != null) {
      request.put("valuesFilePath", valuesFile);
    }
    request.putObject("platform").put("os", "Linux");
    Workshop.values(request.putArray("values"), values);
    return WORKSHOP.end(WORKSHOP.api().schedule(request));
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    assertThat(files).isNotEmpty();
    return files;
  }

  private static List<String> pushed(RunEnd end) {
    List<String> names = new ArrayList<>();
    end.run()
        .path("outputImages")
        .forEach(
            image -> names.add(image.get("repository").asText() + ":" + image.get("tag").asText()));
    return names;
  }
}
