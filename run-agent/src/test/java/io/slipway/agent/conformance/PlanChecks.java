package io.slipway.agent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.SecretReference;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.read.PlanTaskFile.Result;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of a task file, and which ones are refused. */
final class PlanChecks implements CheckerGroup {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss'z'").withZone(ZoneOffset.UTC);

  @Override
  public Map<String, Checker> checkers() {
    Map<String, Checker> checkers = new LinkedHashMap<>();
    checkers.put("yaml-parse", PlanChecks::parse);
    checkers.put("env-merge", PlanChecks::environment);
    checkers.put("mount-validate", PlanChecks::mount);
    checkers.put("volume-validate", PlanChecks::volume);
    checkers.put("secret-validate", PlanChecks::secret);
    checkers.put("isolation-validate", PlanChecks::isolation);
    checkers.put("network-args", PlanChecks::network);
    checkers.put("pipeline", PlanChecks::pipeline);
    checkers.put("secret-resolve-batch", PlanChecks::batches);
    return checkers;
  }

  @Override
  public Map<String, String> differences() {
    String cache = "`cache: enabled`";
    return Map.of(
        "yaml-parse-002",
        cache,
        "yaml-parse-003",
        cache,
        "secret-resolve-batch-003",
        "time to fetch the secrets of a task");
  }

  private static void parse(ConformanceCase c) {
    JsonNode options = c.input().path("options");
    Map<String, String> env = new LinkedHashMap<>();
    options
        .path("env")
        .forEach(
            entry -> env.put(entry.asText().split("=", 2)[0], entry.asText().split("=", 2)[1]));
    PlanInput input =
        new PlanInput(
            ExpansionInput.of(Map.of(), Map.of()),
            env,
            options.path("defaultWorkingDirectory").asText(""),
            options.hasNonNull("network") ? options.get("network").asText() : null,
            null);
    StepPlan plan = plan(c, c.text("yaml"), input);
    if (plan != null) {
      assertThat((JsonNode) JSON.valueToTree(OriginalTask.of(plan)))
          .isEqualTo(OriginalTask.expected(c.expected()));
    }
  }

  private static void environment(ConformanceCase c) {
    StepPlan plan =
        plan(
            c,
            "{env: %s, steps: [{cmd: a, env: %s}]}"
                .formatted(c.input().get("taskEnv"), c.input().get("stepEnv")));
    if (plan != null) {
      List<String> merged = new ArrayList<>();
      plan.steps()
          .get(0)
          .container()
          .env()
          .forEach((name, value) -> merged.add(name + "=" + value));
      assertThat((JsonNode) JSON.valueToTree(merged)).isEqualTo(c.expected().get("env"));
    }
  }

  private static void mount(ConformanceCase c) {
    plan(
        c,
        "{volumes: [{name: test, secret: {a: aGk=}}], steps: [{cmd: a, volumeMounts: [%s]}]}"
            .formatted(c.input()));
  }

  private static void volume(ConformanceCase c) {
    plan(c, "volumes: [%s]".formatted(c.input()));
  }

  private static void secret(ConformanceCase c) {
    plan(c, "secrets: [%s]".formatted(c.input()));
  }

  private static void isolation(ConformanceCase c) {
    plan(c, "steps: [{cmd: a, isolation: %s}]".formatted(c.input().get("isolation")));
  }

  /** What the network is made with; the built-in engine calls no program for it. */
  private static void network(ConformanceCase c) {
    StepPlan plan = plan(c, "networks: [%s]".formatted(c.input()));
    if (plan != null) {
      var network = plan.networks().get(0);
      List<String> words = new ArrayList<>(List.of("docker", "network", "create", network.name()));
      if (!network.driver().isEmpty()) {
        words.addAll(List.of("--driver", network.driver()));
      }
      if (network.ipv6()) {
        words.add("--ipv6");
      }
      assertThat((JsonNode) JSON.valueToTree(words)).isEqualTo(c.expected().get("create"));
    }
  }

  private static void pipeline(ConformanceCase c) {
    Map<String, String> run = new LinkedHashMap<>();
    c.input()
        .path("run")
        .fields()
        .forEachRemaining(entry -> run.put(entry.getKey(), entry.getValue().asText()));
    run.computeIfPresent("Date", (name, date) -> DATE.format(Instant.parse(date)));
    StepPlan plan = plan(c, c.text("yaml"), PlanInput.of(ExpansionInput.of(run, Map.of())));
    if (plan != null) {
      assertThat(plan.aliases()).isEqualTo(c.expected().get("aliasesEnabled").asBoolean());
      assertThat((JsonNode) JSON.valueToTree(OriginalTask.of(plan)))
          .isEqualTo(OriginalTask.expected(c.expected().get("task")));
    }
  }

  /** The case without time asks for a limit that nobody can set here. */
  private static void batches(ConformanceCase c) {
    assertThat(c.input().has("timeoutMillis")).as("a limit is set").isFalse();
    StepPlan plan = plan(c, "secrets: " + c.input().get("secrets"));
    if (plan != null) {
      List<List<SecretReference>> batches = SecretReference.batches(plan.secrets());
      Map<String, String> values = new LinkedHashMap<>();
      batches.forEach(batch ->
          batch.forEach(secret ->
              values.put(
                  secret.id(),
                  "vault-"
                      + secret.keyvault()
                      + "-"
                      + (secret.clientId() == null ? "" : secret.clientId()))));
      assertThat((JsonNode) JSON.valueToTree(values)).isEqualTo(c.expected().get("values"));
      assertThat((JsonNode) JSON.valueToTree(batches.stream().map(List::size).toList()))
          .isEqualTo(c.expected().get("batches"));
    }
  }

  private static @Nullable StepPlan plan(ConformanceCase c, String text) {
    return plan(c, text, PlanInput.of(ExpansionInput.of(Map.of(), Map.of())));
  }

  /** The plan; null if the case must fail, and does so for the reason that the original gives. */
  private static @Nullable StepPlan plan(ConformanceCase c, String text, PlanInput input) {
    Result result = PlanTaskFile.plan(text, input);
    if (result instanceof Result.Planned planned) {
      assertThat(c.mustFail()).as("planned, but must fail: %s", c.expected()).isFalse();
      return planned.plan();
    }
    List<String> messages =
        ((Result.Refused) result).problems().stream().map(String::valueOf).toList();
    assertThat(c.mustFail()).as("refused: %s", messages).isTrue();
    String[] said = c.expected().path("message").asText("").split(": ");
    assertThat(String.join("; ", messages)).contains(said[said.length - 1]);
    return null;
  }
}
