package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.definition.ContextCredentials;
import io.slipway.taskapi.definition.CronSchedule;
import io.slipway.taskapi.definition.Globs;
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
        sources(body),
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

  /** The address of a hook follows from the name. */
  private List<Triggers.Source> sources(JsonNode body) {
    List<Triggers.Source> sources = each(body, "sourceTriggers", BodyLimits.SOURCES, this::source);
    Set<String> names = new HashSet<>();
    for (Triggers.Source source : sources) {
      if (!names.add(source.name())) {
        problems.add(
            AT + ".sourceTriggers", "has two triggers of the name '" + source.name() + "'");
      }
    }
    return sources;
  }

  private Triggers.Source source(JsonNode body, String at) {
    String name = problems.required(body, at, "name", Triggers.Timer.LONGEST_NAME);
    if (!Triggers.Timer.isName(name)) {
      problems.add(Problems.at(at, "name"), "has control characters, must have none");
    }
    return new Triggers.Source(
        name,
        status(body, at),
        events(body, at),
        globs(body, at, "branches"),
        globs(body, at, "tags"),
        globs(body, at, "paths"),
        problems.flag(body, at, "polling", false) ? true : null,
        repository(body.path("sourceRepository"), at + ".sourceRepository", name));
  }

  private List<String> events(JsonNode body, String at) {
    List<String> events = problems.texts(body, at, "sourceTriggerEvents");
    for (String event : events) {
      if (!event.equalsIgnoreCase("commit") && !event.equalsIgnoreCase("pullrequest")) {
        problems.add(
            Problems.at(at, "sourceTriggerEvents"),
            "has '" + event + "', must have commit, pullrequest or both");
      }
    }
    return events;
  }

  /** Null if it is missing: an empty list would let in everything. */
  private @Nullable List<String> globs(JsonNode body, String at, String name) {
    List<String> globs = problems.texts(body, at, name);
    if (globs.size() > Globs.MOST
        || globs.stream().anyMatch(glob -> glob.isEmpty() || glob.length() > Globs.LONGEST)) {
      problems.add(
          Problems.at(at, name),
          "must have at most %d patterns of 1 to %d characters"
              .formatted(Globs.MOST, Globs.LONGEST));
    }
    return globs.isEmpty() ? null : globs;
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
