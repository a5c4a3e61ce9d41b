package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.definition.ContextCredentials;
import io.slipway.taskapi.definition.CronSchedule;
import io.slipway.taskapi.definition.Triggers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads the {@code trigger} of a task. */
final class TriggerReader {
  /** Not of ARM: says of a stored trigger that credential-broker has its tokens, which stay. */
  static final String HAS_TOKENS = "hasTokens";

  private static final String AT = "properties.trigger";

  private final Problems problems;
  private final SecretCollector secrets;

  TriggerReader(Problems problems, SecretCollector secrets) {
    this.problems = problems;
    this.secrets = secrets;
  }

  Triggers read(JsonNode body) {
    JsonNode base = body.path("baseImageTrigger");
    return new Triggers(
        timers(body),
        each(body, "sourceTriggers", BodyLimits.LIST, this::source),
        base.isObject() ? baseImage(base, AT + ".baseImageTrigger") : null);
  }

  private <T> List<T> each(
      JsonNode body, String name, int most, BiFunction<JsonNode, String, T> reader) {
    List<T> read = new ArrayList<>();
    JsonNode list = body.path(name);
    if (!problems.few(list, AT + "." + name, most)) {
      return read;
    }
    for (int i = 0; i < list.size(); i++) {
      read.add(reader.apply(list.path(i), AT + "." + name + "[" + i + "]"));
    }
    return read;
  }

  /** Names are compared as they are written, and tell the runs of one timer from another's. */
  private List<Triggers.Timer> timers(JsonNode body) {
    List<Triggers.Timer> timers = each(body, "timerTriggers", BodyLimits.TIMERS, this::timer);
    Set<String> names = new HashSet<>();
    for (Triggers.Timer timer : timers) {
      if (!names.add(timer.name())) {
        problems.add(AT + ".timerTriggers", "has two timers of the name '" + timer.name() + "'");
      }
    }
    return timers;
  }

  private Triggers.Timer timer(JsonNode body, String at) {
    String name = problems.required(body, at, "name", Triggers.Timer.LONGEST_NAME);
    if (!Triggers.Timer.isName(name)) {
      problems.add(Problems.at(at, "name"), "has control characters, must have none");
    }
    String schedule = problems.required(body, at, "schedule");
    String zone = problems.text(body, at, "timeZone");
    try {
      if (!schedule.isEmpty()) {
        CronSchedule.of(schedule, zone);
      }
    } catch (CronSchedule.Unreadable unreadable) {
      problems.add(Problems.at(at, unreadable.property()), String.valueOf(unreadable.getMessage()));
    }
    return new Triggers.Timer(name, schedule, status(body, at), zone);
  }

  private Triggers.Source source(JsonNode body, String at) {
    String name = problems.required(body, at, "name");
    return new Triggers.Source(
        name,
        status(body, at),
        problems.texts(body, at, "sourceTriggerEvents"),
        repository(body.path("sourceRepository"), at + ".sourceRepository", name));
  }

  private Triggers.Repository repository(JsonNode body, String at, String trigger) {
    JsonNode auth = body.path("sourceControlAuthProperties");
    return new Triggers.Repository(
        problems.oneOf(
            body, at, "sourceControlType", "Github", List.of("Github", "VisualStudioTeamService")),
        repositoryUrl(body, at),
        problems.text(body, at, "branch"),
        auth.isObject() ? auth(auth, at + ".sourceControlAuthProperties", trigger) : null);
  }

  private String repositoryUrl(JsonNode body, String at) {
    String address = problems.required(body, at, "repositoryUrl");
    String shown = ContextCredentials.shown(address);
    if (!shown.equals(address)) {
      problems.add(
          Problems.at(at, "repositoryUrl"),
          "has a user, password or query: leave them out, and give the token as"
              + " sourceControlAuthProperties.token");
    }
    return shown;
  }

  private Triggers.Auth auth(JsonNode body, String at, String trigger) {
    Triggers.Auth read =
        new Triggers.Auth(
            problems.oneOf(body, at, "tokenType", "PAT", List.of("PAT", "OAuth")),
            problems.text(body, at, "scope"));
    token(body, at, trigger, "token");
    token(body, at, trigger, "refreshToken");
    return read;
  }

  private void token(JsonNode body, String at, String trigger, String field) {
    @Nullable String value = problems.text(body, at, field);
    boolean given = value != null && !value.isEmpty();
    if (given || body.path(HAS_TOKENS).asBoolean(false)) {
      secrets.add(Triggers.tokenName(trigger, field), given ? value : null);
    }
  }

  private Triggers.BaseImage baseImage(JsonNode body, String at) {
    return new Triggers.BaseImage(
        problems.oneOf(body, at, "baseImageTriggerType", "Runtime", List.of("All", "Runtime")),
        problems.oneOf(
            body, at, "updateTriggerPayloadType", "Default", List.of("Default", "Token")),
        status(body, at),
        problems.required(body, at, "name"));
  }

  private String status(JsonNode body, String at) {
    return problems.oneOf(body, at, "status", "Enabled", List.of("Enabled", "Disabled"));
  }
}
