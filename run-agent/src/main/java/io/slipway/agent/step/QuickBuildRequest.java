package io.slipway.agent.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.agent.lease.Refusal;
import io.slipway.agent.lease.RunSpec;
import io.slipway.taskfile.expand.ExpandTaskFile;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.quickbuild.QuickBuild;
import io.slipway.taskfile.quickbuild.RegistryPrefix;
import io.slipway.taskfile.text.TextException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a build that is asked for without a task file. */
final class QuickBuildRequest {
  private final RunSpec spec;
  private final Map<String, String> runVariables;

  QuickBuildRequest(RunSpec spec, Map<String, String> runVariables) {
    this.spec = spec;
    this.runVariables = runVariables;
  }

  /** Its plan; secret arguments by name stand over those of the specification. */
  StepPlan plan(Map<String, String> secretArguments) throws Refusal {
    JsonNode step = spec.step();
    List<String> images = new ArrayList<>();
    for (JsonNode name : step.path("imageNames")) {
      images.add(RegistryPrefix.of(rendered(name.asText()), spec.loginServer(), spec.logins()));
    }
    Map<String, String> arguments = new LinkedHashMap<>();
    for (JsonNode pair : step.path("arguments")) {
      arguments.put(pair.path("name").asText(), rendered(pair.path("value").asText()));
    }
    arguments.putAll(secretArguments);
    try {
      return new QuickBuild(
              images,
              step.path("isPushEnabled").asBoolean(true),
              step.path("noCache").asBoolean(),
              text(step, "dockerFilePath", "Dockerfile"),
              step.path("target").asText("").isEmpty()
                  ? null
                  : rendered(step.get("target").asText()),
              arguments,
              platform(),
              ".")
          .plan();
    } catch (IllegalArgumentException malformed) {
      throw Refusal.user(String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private static String text(JsonNode step, String name, String otherwise) {
    String text = step.path(name).asText("");
    return text.isEmpty() ? otherwise : text;
  }

  private @Nullable String platform() {
    RunSpec.Platform platform = spec.platform();
    if (platform.os().isEmpty() || platform.architecture().isEmpty()) {
      return null;
    }
    String variant = platform.variant();
    return platform.os()
        + "/"
        + platform.architecture()
        + (variant == null || variant.isEmpty() ? "" : "/" + variant);
  }

  /** Only the variables of the run are known here, as in the original. */
  private String rendered(String text) throws Refusal {
    if (!text.contains("{{")) {
      return text;
    }
    try {
      return ExpandTaskFile.expand(text, ExpansionInput.of(runVariables, Map.of())).text().strip();
    } catch (TextException malformed) {
      throw Refusal.user("'" + text + "': " + malformed.reason(), malformed);
    }
  }
}
