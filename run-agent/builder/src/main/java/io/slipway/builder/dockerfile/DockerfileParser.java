package io.slipway.builder.dockerfile;

import com.google.re2j.Pattern;
import io.slipway.builder.dockerfile.Dockerfile.Stage;
import io.slipway.builder.dockerfile.LineReader.LogicalLine;
import io.slipway.builder.dockerfile.Words.Flags;
import io.slipway.taskfile.text.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a Dockerfile. */
public final class DockerfileParser {
  private static final List<String> KEYWORDS =
      List.of(
          "ADD",
          "ARG",
          "CMD",
          "COPY",
          "ENTRYPOINT",
          "ENV",
          "EXPOSE",
          "FROM",
          "HEALTHCHECK",
          "LABEL",
          "MAINTAINER",
          "ONBUILD",
          "RUN",
          "SHELL",
          "STOPSIGNAL",
          "USER",
          "VOLUME",
          "WORKDIR");
  private static final Set<String> COPY_FLAGS =
      Set.of("from", "chown", "chmod", "link", "parents", "exclude");
  private static final Set<String> ADD_FLAGS =
      Set.of("chown", "chmod", "checksum", "keep-git-dir", "link", "unpack", "exclude");
  private static final Set<String> RUN_FLAGS = Set.of("mount", "network", "security", "device");
  private static final Set<String> HEALTHCHECK_FLAGS =
      Set.of("interval", "timeout", "start-period", "start-interval", "retries");

  private static final Pattern STAGE_NAME = Pattern.compile("[a-zA-Z][-a-zA-Z0-9_.]*");

  /** Most characters of a Dockerfile; a larger file need not be read at all. */
  public static final int LONGEST = 4_194_304;

  /** Most stages of a file: who plans a build looks at each from each. */
  static final int MOST_STAGES = 1_000;

  private final LineReader reader;

  private DockerfileParser(LineReader reader) {
    this.reader = reader;
  }

  public static Dockerfile parse(String text) throws DockerfileException {
    if (text.length() > LONGEST) {
      throw new DockerfileException(1, "the file is longer than " + LONGEST + " characters");
    }
    LineReader reader = new LineReader(text);
    List<LogicalLine> lines = reader.read();
    return new DockerfileParser(reader).file(lines);
  }

  /** Reads one instruction, as {@code ONBUILD} holds it. */
  public static Instruction parseInstruction(String text, char escape) throws DockerfileException {
    LineReader reader = new LineReader("# escape=" + escape + "\n" + text);
    List<LogicalLine> lines = reader.read();
    if (lines.size() != 1) {
      throw new DockerfileException(1, "ONBUILD needs exactly one instruction");
    }
    return new DockerfileParser(reader).instruction(lines.get(0));
  }

  private Dockerfile file(List<LogicalLine> lines) throws DockerfileException {
    List<Instruction.Arg> globals = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    List<Instruction> current = new ArrayList<>();
    for (LogicalLine line : lines) {
      Instruction instruction = instruction(line);
      if (instruction instanceof Instruction.From from) {
        current = new ArrayList<>();
        if (stages.size() == MOST_STAGES) {
          throw new DockerfileException(
              line.line(), "the file has more than " + MOST_STAGES + " stages");
        }
        stages.add(new Stage(stages.size(), stageName(from), from, current));
      } else if (!stages.isEmpty()) {
        current.add(instruction);
      } else if (instruction instanceof Instruction.Arg arg) {
        globals.add(arg);
      } else {
        throw new DockerfileException(line.line(), "only ARG may stand before the first FROM");
      }
    }
    if (stages.isEmpty()) {
      throw new DockerfileException(1, "there is no FROM");
    }
    return new Dockerfile(
        reader.escape(),
        reader.syntax(),
        reader.check(),
        List.copyOf(globals),
        List.copyOf(stages));
  }

  private static @Nullable String stageName(Instruction.From from) {
    return from.name() == null ? null : from.name().toLowerCase(Locale.ROOT);
  }

  private Instruction instruction(LogicalLine line) throws DockerfileException {
    String[] parts = line.text().split("\\s+", 2);
    String keyword = parts[0].toUpperCase(Locale.ROOT);
    String rest = parts.length > 1 ? parts[1].strip() : "";
    if (!KEYWORDS.contains(keyword)) {
      throw new DockerfileException(
          line.line(),
          "unknown instruction '%s'%s"
              .formatted(
                  parts[0],
                  Nearest.of(keyword, KEYWORDS).map(k -> "; did you mean " + k + "?").orElse("")));
    }
    if (rest.isEmpty() && !keyword.equals("CMD") && !keyword.equals("ENTRYPOINT")) {
      throw new DockerfileException(line.line(), keyword + " needs an argument");
    }
    int at = line.line();
    String original = line.text();
    return switch (keyword) {
      case "FROM" -> from(at, original, rest);
      case "ARG" -> new Instruction.Arg(at, original, args(at, rest));
      case "ENV" -> new Instruction.Env(at, original, pairs(at, "ENV", rest));
      case "LABEL" -> new Instruction.Label(at, original, pairs(at, "LABEL", rest));
      case "RUN" -> run(line, rest);
      case "COPY", "ADD" -> transfer(line, keyword, rest);
      case "CMD" -> new Instruction.Cmd(at, original, command(rest));
      case "ENTRYPOINT" -> new Instruction.Entrypoint(at, original, command(rest));
      case "SHELL" -> new Instruction.Shell(at, original, shell(at, rest));
      case "USER" -> new Instruction.User(at, original, rest);
      case "WORKDIR" -> new Instruction.Workdir(at, original, rest);
      case "EXPOSE" -> new Instruction.Expose(at, original, Words.split(rest, reader.escape()));
      case "VOLUME" ->
          new Instruction.Volume(
              at, original, Words.json(rest).orElseGet(() -> Words.split(rest, reader.escape())));
      case "STOPSIGNAL" -> new Instruction.StopSignal(at, original, rest);
      case "HEALTHCHECK" -> healthcheck(at, original, rest);
      case "ONBUILD" -> onBuild(line, rest);
      case "MAINTAINER" -> new Instruction.Maintainer(at, original, rest);
      default -> throw new IllegalStateException(keyword);
    };
  }

  private Instruction from(int line, String original, String rest) throws DockerfileException {
    Flags flags = Flags.take(line, rest, Set.of("platform"));
    List<String> words = Words.split(flags.rest(), reader.escape());
    boolean named = words.size() == 3 && words.get(1).equalsIgnoreCase("as");
    if (words.size() != 1 && !named) {
      throw new DockerfileException(line, "FROM takes an image, or an image, AS and a name");
    }
    if (named && !STAGE_NAME.matches(words.get(2))) {
      throw new DockerfileException(
          line,
          "'%s' is no name of a stage: a letter, then letters, digits, '-', '_' and '.'"
              .formatted(words.get(2)));
    }
    return new Instruction.From(
        line, original, words.get(0), flags.values().get("platform"), named ? words.get(2) : null);
  }

  private Map<String, @Nullable String> args(int line, String rest) throws DockerfileException {
    Map<String, @Nullable String> names = new LinkedHashMap<>();
    for (String word : Words.split(rest, reader.escape())) {
      int equals = word.indexOf('=');
      if (equals == 0) {
        throw new DockerfileException(line, "ARG '" + word + "' has no name");
      }
      names.put(
          equals < 0 ? word : word.substring(0, equals),
          equals < 0 ? null : word.substring(equals + 1));
    }
    return names;
  }

  private Map<String, String> pairs(int line, String keyword, String rest)
      throws DockerfileException {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> words = Words.split(rest, reader.escape());
    if (!words.get(0).contains("=")) {
      // The old form: one name, and all the rest of the line is its value.
      String[] parts = rest.split("\\s+", 2);
      if (parts.length < 2) {
        throw new DockerfileException(line, keyword + " needs name=value");
      }
      values.put(parts[0], parts[1]);
      return values;
    }
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new DockerfileException(line, keyword + " needs name=value, not '" + word + "'");
      }
      values.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return values;
  }

  private Instruction run(LogicalLine line, String rest) throws DockerfileException {
    Flags flags = Flags.take(line.line(), rest, RUN_FLAGS);
    List<Map<String, String>> mounts = new ArrayList<>();
    for (String mount : flags.all("mount")) {
      mounts.add(MountText.read(line.line(), mount));
    }
    Instruction.CommandForm command = command(flags.rest());
    if (flags.rest().isEmpty()
        || command instanceof Instruction.CommandForm.Exec exec && exec.words().isEmpty()) {
      throw new DockerfileException(line.line(), "RUN needs a command");
    }
    return new Instruction.Run(
        line.line(),
        line.text(),
        command,
        mounts,
        flags.values().get("network"),
        flags.values().get("security"),
        flags.all("device"),
        line.heredocs());
  }

  private Instruction transfer(LogicalLine line, String keyword, String rest)
      throws DockerfileException {
    boolean copy = keyword.equals("COPY");
    Flags flags = Flags.take(line.line(), rest, copy ? COPY_FLAGS : ADD_FLAGS);
    List<String> paths = paths(line.line(), keyword, flags.rest());
    if (HeredocMark.of(paths.getLast(), reader.escape()).isPresent()) {
      throw new DockerfileException(
          line.line(), keyword + " cannot have a here-document as its destination");
    }
    List<String> sources = paths.subList(0, paths.size() - 1);
    List<String> exclude = flags.all("exclude");
    return copy
        ? new Instruction.Copy(
            line.line(),
            line.text(),
            sources,
            paths.getLast(),
            flags.values(),
            exclude,
            line.heredocs())
        : new Instruction.Add(
            line.line(),
            line.text(),
            sources,
            paths.getLast(),
            flags.values(),
            exclude,
            line.heredocs());
  }

  private List<String> paths(int line, String keyword, String rest) throws DockerfileException {
    List<String> paths = Words.json(rest).orElseGet(() -> Words.split(rest, reader.escape()));
    if (paths.size() < 2) {
      throw new DockerfileException(line, keyword + " needs at least one source and a destination");
    }
    return paths;
  }

  private static Instruction.CommandForm command(String rest) {
    Optional<List<String>> words = Words.json(rest);
    return words.isPresent()
        ? new Instruction.CommandForm.Exec(words.get())
        : new Instruction.CommandForm.Shell(rest);
  }

  private static List<String> shell(int line, String rest) throws DockerfileException {
    return Words.json(rest)
        .filter(words -> !words.isEmpty())
        .orElseThrow(() ->
            new DockerfileException(
                line, "SHELL needs a JSON list, for example [\"/bin/sh\", \"-c\"]"));
  }

  private Instruction healthcheck(int line, String original, String rest)
      throws DockerfileException {
    Flags flags = Flags.take(line, rest, HEALTHCHECK_FLAGS);
    String[] parts = flags.rest().split("\\s+", 2);
    if (parts[0].equalsIgnoreCase("NONE") && parts.length == 1) {
      return new Instruction.Healthcheck(line, original, Map.of(), null);
    }
    if (!parts[0].equalsIgnoreCase("CMD") || parts.length < 2) {
      throw new DockerfileException(line, "HEALTHCHECK takes NONE, or CMD and a command");
    }
    return new Instruction.Healthcheck(line, original, flags.values(), command(parts[1].strip()));
  }

  private Instruction onBuild(LogicalLine line, String rest) throws DockerfileException {
    String keyword = rest.split("\\s+", 2)[0].toUpperCase(Locale.ROOT);
    if (Set.of("FROM", "MAINTAINER", "ONBUILD").contains(keyword)) {
      throw new DockerfileException(line.line(), "ONBUILD " + keyword + " is not allowed");
    }
    if (!KEYWORDS.contains(keyword)) {
      throw new DockerfileException(
          line.line(), "unknown instruction '" + keyword + "' after ONBUILD");
    }
    return new Instruction.OnBuild(
        line.line(), line.text(), Instruction.Heredoc.after(rest, line.heredocs()));
  }
}
