package io.slipway.agent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.Backoff;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.SecretVolume;
import io.slipway.taskfile.plan.StepErrors;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.plan.TextWatch;
import io.slipway.taskfile.plan.VaultAddress;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.read.PlanTaskFile.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rules that hold while a plan is executed. */
final class ExecutionChecks implements CheckerGroup {
  @Override
  public Map<String, Checker> checkers() {
    return Map.of(
        "backoff", ExecutionChecks::backoff,
        "error-join", ExecutionChecks::joined,
        "error-message", ExecutionChecks::shown,
        "retry-on-errors", ExecutionChecks::retry,
        "secret-volume-value", ExecutionChecks::secretVolume,
        "keyvault-url", ExecutionChecks::vault,
        "buildkit-default", ExecutionChecks::buildkit,
        "push-needs-credential", ExecutionChecks::push,
        "credential-parse", ExecutionChecks::elsewhere,
        "docker-run-args", ExecutionChecks::elsewhere);
  }

  @Override
  public Map<String, String> differences() {
    Map<String, String> differences = new LinkedHashMap<>();
    for (int i = 1; i <= 11; i++) {
      differences.put("credential-parse-%03d".formatted(i), "credentials of a run");
    }
    differences.put("push-needs-credential-003", "credentials of a run");
    differences.put("push-needs-credential-004", "credentials of a run");
    differences.put("buildkit-default-001", "BuildKit in build steps");
    differences.put("buildkit-default-002", "BuildKit in build steps");
    differences.put("docker-run-args-001", "how a step's container is started");
    differences.put("docker-run-args-002", "how a step's container is started");
    return differences;
  }

  /** What the original reads or writes and this project has no counterpart of. */
  private static void elsewhere(ConformanceCase c) {
    throw new AssertionError("there is nothing here that reads " + c.input());
  }

  private static void joined(ConformanceCase c) {
    List<String> errors = new ArrayList<>();
    c.input().get("errors").forEach(error -> errors.add(error.asText()));
    assertThat(StepErrors.joined(errors)).isEqualTo(c.expected().get("message").asText());
  }

  private static void shown(ConformanceCase c) {
    assertThat(StepErrors.shown(c.text("message"))).isEqualTo(c.expected().get("message").asText());
  }

  private static void retry(ConformanceCase c) {
    List<String> texts = new ArrayList<>();
    c.input().get("retryOnErrors").forEach(text -> texts.add(text.asText()));
    TextWatch watch = new TextWatch(texts);
    for (String stream : List.of("stdout", "stderr")) {
      for (byte one : c.text(stream).getBytes(StandardCharsets.UTF_8)) {
        watch.see(new byte[] {one}, 0, 1);
      }
    }
    assertThat(watch.matched()).isEqualTo(c.expected().get("retry").asBoolean());
  }

  private static void buildkit(ConformanceCase c) {
    StepPlan plan = plan("steps: [{build: ., env: %s}]".formatted(c.input().get("env")));
    assertThat("0".equals(plan.steps().get(0).container().env().get("DOCKER_BUILDKIT")))
        .isEqualTo(c.expected().get("addsDockerBuildkit0").asBoolean());
  }

  /** A push is planned without a credential: the agent asks for one just before it. */
  private static void push(ConformanceCase c) {
    assertThat(plan("steps: [{push: [a]}]").steps()).hasSize(1);
    assertThat(c.mustFail()).as("refused without credentials").isFalse();
  }

  private static StepPlan plan(String text) {
    Result result = PlanTaskFile.plan(text, PlanInput.of(ExpansionInput.of(Map.of(), Map.of())));
    assertThat(result).isInstanceOf(Result.Planned.class);
    return ((Result.Planned) result).plan();
  }

  private static void backoff(ConformanceCase c) {
    assertThat(Backoff.after(c.input().get("attempt").asInt()).toMillis())
        .isEqualTo(c.expected().get("millis").asLong());
  }

  private static void secretVolume(ConformanceCase c) throws Refusal {
    Map<String, String> files = new LinkedHashMap<>();
    c.input()
        .get("secret")
        .fields()
        .forEachRemaining(e -> files.put(e.getKey(), e.getValue().asText()));
    SecretVolume volume = new SecretVolume(c.text("name"), files);
    if (c.mustFail()) {
      assertThatThrownBy(volume::contents)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("failed to decode Base64 value");
    } else {
      assertThat(volume.contents().keySet()).isEqualTo(files.keySet());
    }
  }

  private static void vault(ConformanceCase c) throws Refusal {
    if (c.mustFail()) {
      assertThatThrownBy(() -> VaultAddress.parse(c.text("url")))
          .isInstanceOf(Refusal.class)
          .hasMessage(c.expected().get("message").asText());
      return;
    }
    VaultAddress address = VaultAddress.parse(c.text("url"));
    assertThat(address.vault()).isEqualTo(c.expected().get("vaultUrl").asText());
    assertThat(address.resource()).isEqualTo(c.expected().get("resource").asText());
    assertThat(address.name()).isEqualTo(c.expected().get("secretName").asText());
    assertThat(address.version() == null ? "" : address.version())
        .isEqualTo(c.expected().get("secretVersion").asText());
  }
}
