package io.slipway.builder.dockerfile;

import com.google.re2j.Pattern;
import io.slipway.builder.dockerfile.Dockerfile.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Docker's build checks, as far as the file alone tells: what is likely a mistake.
 *
 * @see <a href="https://docs.docker.com/reference/build-checks/">Build checks</a>
 */
public final class BuildChecks {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i).*(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_.*|$)");

  private static final Pattern PUBLIC = Pattern.compile("(?i).*public.*");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-zA-Z_][a-zA-Z0-9_]*)");
  private static final Set<String> TARGET = Set.of("$TARGETPLATFORM", "${TARGETPLATFORM}");
  private static final Set<String> GIVEN =
      Set.of(
          "BUILDPLATFORM BUILDOS BUILDARCH BUILDVARIANT TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT TARGETSTAGE"
              .split(" "));

  /**
   * Something that a check has found.
   *
   * @param rule name of the check, as {@code skip=} has it
   * @param line of the instruction, counted from 1
   */
  public record Finding(String rule, int line, String message) {
    @Override
    public String toString() {
      return "%s: %s (line %d)".formatted(rule, message, line);
    }
  }

  private final Settings settings;
  private final List<Finding> found = new ArrayList<>();

  private BuildChecks(Settings settings) {
    this.settings = settings;
  }

  /**
   * What {@code # check=} asks for.
   *
   * @param skipped names of checks that are not made
   * @param all whether none is made
   * @param isError whether what is found ends the build
   */
  public record Settings(Set<String> skipped, boolean all, boolean isError) {
    /**
     * Reads {@code skip=A,B;error=true}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Settings parse(String text) {
      Set<String> skipped = new HashSet<>();
      boolean isError = false;
      for (String part : text.split(";")) {
        String[] pair = part.split("=", 2);
        String value = pair.length > 1 ? pair[1].strip() : "";
        switch (pair[0].strip()) {
          case "skip" -> Stream.of(value.split(",")).map(String::strip).forEach(skipped::add);
          case "error" -> {
            if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
              throw new IllegalArgumentException(
                  "# check=error=" + value + " is neither true nor false");
            }
            isError = Boolean.parseBoolean(value);
          }
          case "experimental" -> {} // none of those is made
          default ->
              throw new IllegalArgumentException(
                  "# check=" + part.strip() + " is none of skip=…, error=… and experimental=…");
        }
      }
      return new Settings(skipped, skipped.contains("all"), isError);
    }
  }

  /** What is found, in the order of the lines of each check. */
  public static List<Finding> of(Dockerfile file, Settings settings) {
    BuildChecks checks = new BuildChecks(settings);
    if (!settings.all()) {
      checks.casing(file);
      file.globalArgs().forEach(checks::secret);
      checks.stages(file);
    }
    return List.copyOf(checks.found);
  }

  private void find(String rule, Instruction at, String message) {
    if (!settings.skipped().contains(rule)) {
      found.add(new Finding(rule, at.line(), message));
    }
  }

  private static String keyword(Instruction instruction) {
    return instruction.original().split("\\s+", 2)[0];
  }

  private static boolean isUpper(String word) {
    return word.equals(word.toUpperCase(Locale.ROOT));
  }

  private static boolean isLower(String word) {
    return word.equals(word.toLowerCase(Locale.ROOT));
  }

  private void casing(Dockerfile file) {
    List<Instruction> all = new ArrayList<>(file.globalArgs());
    file.stages()
        .forEach(stage ->
            Stream.concat(Stream.of(stage.from()), stage.instructions().stream())
                .forEach(all::add));
    long lower = all.stream().filter(each -> isLower(keyword(each))).count();
    long upper = all.stream().filter(each -> isUpper(keyword(each))).count();
    boolean wantsLower = lower > upper;
    for (Instruction each : all) {
      if (!(wantsLower ? isLower(keyword(each)) : isUpper(keyword(each)))) {
        find(
            "ConsistentInstructionCasing",
            each,
            "Command '%s' should match the case of the command majority (%s)"
                .formatted(keyword(each), wantsLower ? "lowercase" : "uppercase"));
      }
    }
  }

  private void stages(Dockerfile file) {
    Set<String> known = new HashSet<>();
    Set<String> withFolder = new HashSet<>();
    for (Stage stage : file.stages()) {
      from(stage.from(), file, known);
      boolean hasFolder = withFolder.contains(stage.from().image().toLowerCase(Locale.ROOT));
      if (instructions(stage, hasFolder) && stage.name() != null) {
        withFolder.add(stage.name());
      }
    }
  }

  private void from(Instruction.From from, Dockerfile file, Set<String> known) {
    @Nullable String name = from.name();
    if (name != null) {
      if (!isLower(name)) {
        find("StageNameCasing", from, "Stage name '" + name + "' should be lowercase");
      }
      if (Set.of("scratch", "context").contains(name.toLowerCase(Locale.ROOT))) {
        find(
            "ReservedStageName",
            from,
            "Stage name should not use the same name as reserved stage \"" + name + "\"");
      }
      if (!known.add(name.toLowerCase(Locale.ROOT))) {
        find(
            "DuplicateStageName",
            from,
            "Duplicate stage name '" + name + "', stage names should be unique");
      }
      String[] words = from.original().split("\\s+");
      String as = words[words.length - 2];
      if (isLower(as) != isLower(keyword(from))) {
        find(
            "FromAsCasing",
            from,
            "'" + as + "' and '" + keyword(from) + "' keywords' casing do not match");
      }
    }
    @Nullable String platform = from.platform();
    if (platform != null && TARGET.contains(platform)) {
      find(
          "RedundantTargetPlatform",
          from,
          "Setting platform to predefined "
              + platform
              + " in FROM is redundant as this is the default behavior");
    } else if (platform != null && !platform.contains("$") && !isNamedFor(name, platform)) {
      find(
          "FromPlatformFlagConstDisallowed",
          from,
          "FROM --platform flag should not use constant value \"" + platform + "\"");
    }
    var used = VARIABLE.matcher(from.image() + " " + platform);
    while (used.find()) {
      String variable = used.group(1);
      if (!GIVEN.contains(variable)
          && file.globalArgs().stream().noneMatch(arg -> arg.names().containsKey(variable))) {
        find("UndefinedArgInFrom", from, "FROM argument '" + variable + "' is not declared");
      }
    }
  }

  private static boolean isNamedFor(@Nullable String name, String platform) {
    return name != null
        && Stream.of(platform.split("/")).anyMatch(name.toLowerCase(Locale.ROOT)::contains);
  }

  /** Of one stage; whether it has a working folder of its own at its end. */
  private boolean instructions(Stage stage, boolean hasFolder) {
    boolean folder = hasFolder;
    Set<String> seen = new HashSet<>();
    boolean shell = stage.instructions().stream().anyMatch(Instruction.Shell.class::isInstance);
    for (Instruction each : stage.instructions()) {
      String kind = keyword(each).toUpperCase(Locale.ROOT);
      if (Set.of("CMD", "ENTRYPOINT", "HEALTHCHECK").contains(kind) && !seen.add(kind)) {
        find(
            "MultipleInstructionsDisallowed",
            each,
            "Multiple "
                + kind
                + " instructions should not be used in the same stage because only the last one will be used");
      }
      switch (each) {
        case Instruction.Cmd cmd -> json(cmd, kind, cmd.command(), shell);
        case Instruction.Entrypoint entry -> json(entry, kind, entry.command(), shell);
        case Instruction.Maintainer old ->
            find(
                "MaintainerDeprecated",
                old,
                "Maintainer instruction is deprecated in favor of using label");
        case Instruction.Env env -> {
          legacy(env, kind);
          env.values().keySet().forEach(name -> secret(env, kind, name));
        }
        case Instruction.Label label -> legacy(label, kind);
        case Instruction.Arg arg -> secret(arg);
        case Instruction.Expose expose -> expose.ports().forEach(port -> port(expose, port));
        case Instruction.Workdir workdir -> {
          String path = workdir.path();
          if (!folder && !path.startsWith("/") && !path.startsWith("$")) {
            find(
                "WorkdirRelativePath",
                workdir,
                "Relative workdir \""
                    + path
                    + "\" can have unexpected results if the base image changes");
          }
          folder = true;
        }
        default -> {}
      }
    }
    return folder;
  }

  private void json(Instruction at, String kind, Instruction.CommandForm form, boolean shell) {
    if (form instanceof Instruction.CommandForm.Shell && !shell) {
      find(
          "JSONArgsRecommended",
          at,
          "JSON arguments recommended for "
              + kind
              + " to prevent unintended behavior related to OS signals");
    }
  }

  private void legacy(Instruction at, String kind) {
    String[] words = at.original().split("\\s+", 3);
    if (words.length > 1
        && !words[1].contains("=")
        && !words[1].contains("\"")
        && !words[1].contains("'")) {
      find(
          "LegacyKeyValueFormat",
          at,
          "\""
              + kind
              + " key=value\" should be used instead of legacy \""
              + kind
              + " key value\" format");
    }
  }

  private void secret(Instruction.Arg arg) {
    arg.names().keySet().forEach(name -> secret(arg, "ARG", name));
  }

  private void secret(Instruction at, String kind, String name) {
    if (SECRET.matches(name) && !PUBLIC.matches(name)) {
      find(
          "SecretsUsedInArgOrEnv",
          at,
          "Do not use ARG or ENV instructions for sensitive data (" + kind + " \"" + name + "\")");
    }
  }

  private void port(Instruction at, String port) {
    if (!port.contains("$") && port.contains(":")) {
      find(
          "ExposeInvalidFormat",
          at,
          "EXPOSE instruction should not define an IP address or host-port mapping, found '"
              + port
              + "'");
    }
    int slash = port.indexOf('/');
    if (slash >= 0 && !port.contains("$") && !isLower(port.substring(slash))) {
      find(
          "ExposeProtoCasing",
          at,
          "Defined protocol '" + port + "' in EXPOSE instruction should be lowercase");
    }
  }
}
