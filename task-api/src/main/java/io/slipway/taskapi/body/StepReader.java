package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskapi.definition.ContextCredentials;
import io.slipway.taskapi.definition.Step;
import io.slipway.taskapi.definition.StepValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the step of a task, or the request of a quick run, which has the same fields. */
final class StepReader {
  /** The kinds of steps, as tasks spell them. */
  static final List<String> TYPES =
      List.of(TaskStep.DOCKER, TaskStep.FILE_TASK, TaskStep.ENCODED_TASK);

  /** What each kind has that not all have. */
  private static final Map<String, Set<String>> FIELDS =
      Map.of(
          TaskStep.DOCKER,
          Set.of("imageNames", "isPushEnabled", "noCache", "dockerFilePath", "target", "arguments"),
          TaskStep.FILE_TASK,
          Set.of("taskFilePath", "valuesFilePath", "values"),
          TaskStep.ENCODED_TASK,
          Set.of("encodedTaskContent", "encodedValuesContent", "values"));

  private final Problems problems;
  private final SecretCollector secrets;
  private final String at;

  /**
   * A reader.
   *
   * @param at where the fields are, for messages; empty for the body itself
   */
  StepReader(Problems problems, SecretCollector secrets, String at) {
    this.problems = problems;
    this.secrets = secrets;
    this.at = at;
  }

  /**
   * Reads the step.
   *
   * @param type one of {@link #TYPES}; for another, which is among the problems, there is no step
   */
  @Nullable Step read(String type, JsonNode body) {
    String context = context(body, "contextPath", true);
    return read(type, body, context, contextToken(body));
  }

  /** Reads the step of a quick run: its context has another name, and no token. */
  @Nullable Step readQuick(String type, JsonNode body) {
    return read(type, body, context(body, "sourceLocation", false), false);
  }

  private @Nullable Step read(
      String type, JsonNode body, @Nullable String context, boolean hasToken) {
    refuseFieldsOfOthers(type, body);
    return switch (type) {
      case TaskStep.DOCKER ->
          new Step.DockerBuild(
              context,
              hasToken,
              problems.texts(body, at, "imageNames"),
              problems.flag(body, at, "isPushEnabled", true),
              problems.flag(body, at, "noCache", false),
              problems.required(body, at, "dockerFilePath"),
              problems.text(body, at, "target"),
              values(body, "arguments"));
      case TaskStep.FILE_TASK ->
          new Step.FileTask(
              context,
              hasToken,
              problems.required(body, at, "taskFilePath"),
              problems.text(body, at, "valuesFilePath"),
              values(body, "values"));
      case TaskStep.ENCODED_TASK ->
          new Step.EncodedTask(
              context,
              hasToken,
              Objects.requireNonNullElse(base64(body, "encodedTaskContent", true), ""),
              base64(body, "encodedValuesContent", false),
              values(body, "values"));
      default -> null;
    };
  }

  private void refuseFieldsOfOthers(String type, JsonNode body) {
    Set<String> own = FIELDS.getOrDefault(type, Set.of());
    FIELDS.forEach((other, fields) ->
        fields.stream()
            .filter(name -> !own.isEmpty() && !own.contains(name) && isGiven(body.path(name)))
            .sorted()
            .forEach(name ->
                problems.add(
                    Problems.at(at, name),
                    "goes with type " + other + ", the type here is " + type)));
  }

  private static boolean isGiven(JsonNode value) {
    return value.isContainerNode() ? !value.isEmpty() : !value.asText("").isEmpty();
  }

  /**
   * Plans the task file of a step that was read, if it has one.
   *
   * @return what is worth a warning; what is wrong is among the problems
   */
  List<String> check(@Nullable Step read) {
    return read instanceof Step.EncodedTask task && !task.encodedTaskContent().isEmpty()
        ? TaskFileCheck.check(problems, at, task)
        : List.of();
  }

  /** {@code /dev/null} in any case is how the CLI says: no context. */
  private static boolean isNone(@Nullable String context) {
    return context == null || context.isBlank() || context.equalsIgnoreCase("/dev/null");
  }

  /**
   * A context without the credentials in its address: these are among the secrets.
   *
   * @param mayStay whether there may be stored ones, which stay if the address has marks for them
   */
  @Nullable String context(JsonNode body, String name, boolean mayStay) {
    String context = problems.text(body, at, name);
    if (context == null || isNone(context)) {
      return null;
    }
    String wrong = ContextCredentials.problem(context);
    if (wrong != null) {
      problems.add(Problems.at(at, name), wrong);
      return null;
    }
    String shown = ContextCredentials.shown(context);
    boolean given = !shown.equals(context);
    if (ContextCredentials.areMissing(shown)) {
      if (given || mayStay) {
        secrets.add(Step.CONTEXT_ADDRESS, given ? context : null);
      } else {
        problems.add(
            Problems.at(at, name),
            "has "
                + ContextCredentials.MARK
                + " for its user, password or query: give it with these");
      }
    }
    return shown;
  }

  private boolean contextToken(JsonNode body) {
    String token = problems.text(body, at, "contextAccessToken");
    // Not of ARM: a stored step says so that the broker has a token, which stays.
    boolean kept = body.path("hasContextAccessToken").asBoolean(false);
    boolean given = token != null && !token.isEmpty();
    if (given || kept) {
      secrets.add(Step.CONTEXT_TOKEN, given ? token : null);
    }
    return given || kept;
  }

  private @Nullable String base64(JsonNode body, String name, boolean required) {
    String text =
        required
            ? problems.required(body, at, name, BodyLimits.FILE)
            : problems.text(body, at, name, BodyLimits.FILE);
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      byte[] content = Base64.getMimeDecoder().decode(text);
      if (required && new String(content, StandardCharsets.UTF_8).isBlank()) {
        problems.add(Problems.at(at, name), "is empty, must be the task file in base64");
      }
    } catch (IllegalArgumentException wrong) {
      problems.add(
          Problems.at(at, name),
          "is not valid base64: it must be the content of the file in base64");
      return null;
    }
    return text;
  }

  /** Values or arguments: names with texts, those that are secret without them. */
  List<StepValue> values(JsonNode body, String name) {
    List<StepValue> read = new ArrayList<>();
    JsonNode list = body.path(name);
    if (list.isMissingNode() || list.isNull()) {
      return read;
    }
    if (!list.isArray()) {
      problems.add(Problems.at(at, name), "must be a list");
      return read;
    }
    if (!problems.few(list, Problems.at(at, name), BodyLimits.VALUES)) {
      return read;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String item = Problems.at(at, name) + "[" + i + "]";
      String key = problems.required(list.get(i), item, "name");
      if (!key.isEmpty() && !names.add(key)) {
        problems.add(item + ".name", "'" + key + "' is listed twice");
      }
      if (key.startsWith("@")) {
        problems.add(item + ".name", "must not begin with @");
      }
      read.add(value(list.get(i), item, key));
    }
    return read;
  }

  private StepValue value(JsonNode item, String itemAt, String key) {
    String value = problems.text(item, itemAt, "value", BodyLimits.VALUE);
    if (problems.flag(item, itemAt, "isSecret", false)) {
      secrets.add(key, value);
      return StepValue.secret(key);
    }
    return StepValue.open(key, value == null ? "" : value);
  }
}
