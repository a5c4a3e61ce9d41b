package io.slipway.agent.context;

import com.google.re2j.Pattern;
import io.slipway.builder.EngineException;
import io.slipway.builder.MachineProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The machine's git, in one folder that no step can write to, without the settings of the machine
 * or the user: the only file of settings that it reads is the one that it made there itself. Each
 * call starts a container, so what belongs together is one call.
 *
 * <p>A server may own it by a flaw of its own. What it prints and leaves behind is therefore taken
 * for a stranger's: it can be anything, of any length, and a link.
 *
 * @param folder where it works
 * @param files what it reads besides, the password among them
 * @param settings options before the command
 * @param ssh command that git calls for ssh addresses
 * @param internet whether all of its addresses are in the internet
 * @param programs starts it
 * @param watch called while git works
 * @param output takes what git prints when it fails
 */
record Git(
    Path folder,
    List<Path> files,
    List<String> settings,
    String ssh,
    boolean internet,
    ContextAccess.Programs programs,
    MachineProgram.Watch watch,
    Consumer<String> output) {
  /** A command that ends a record. */
  static final String END = "printf '\\0'";

  private static final Pattern TOKEN = Pattern.compile("(https?://)[^/@\\s]+@");

  /** git ended with an exit code that is not zero; the message is its own, without secrets. */
  static final class FailedException extends IOException {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
      super(message);
    }
  }

  /** A text whose addresses have lost their user names, passwords and tokens. */
  static String redacted(String text) {
    return TOKEN.matcher(text).replaceAll("$1<REDACTED>@");
  }

  /** A command for {@link #all}. */
  String command(String... words) {
    return Stream.of(List.of("git"), settings, List.of(words))
        .flatMap(List::stream)
        .map(Git::quoted)
        .collect(Collectors.joining(" "));
  }

  /** A text as one word for a shell. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /**
   * Runs a command to its end.
   *
   * @return what it printed
   * @throws FailedException if its exit code is not zero
   */
  String run(String... words) throws IOException, InterruptedException {
    return all(words[0], record -> {}, List.of(command(words)));
  }

  /** Runs a command that prints records with a NUL at the end of each. */
  void records(GitRecords.Reader records, String... words)
      throws IOException, InterruptedException {
    all(words[0], records, List.of(command(words)));
  }

  /**
   * Runs commands to their end, each if the one before it did not fail.
   *
   * @param name what they are called in a failure
   * @param records takes what ends with a NUL
   * @return what they printed after the last NUL
   * @throws FailedException if the exit code of one is not zero
   */
  String all(String name, GitRecords.Reader records, List<String> commands)
      throws IOException, InterruptedException {
    // What is printed for people must not get among the records, and is the last one of a failure.
    String script =
        "exec 3>&1; said=$({ %s; } 2>&1 >&3 3>&-) || { code=$?; printf '\\0%%s' \"$said\"; exit $code; }"
            .formatted(String.join(" && ", commands));
    GitRecords printed = new GitRecords(records);
    int code;
    try {
      code =
          programs.run(
              new MachineProgram(
                  List.of("sh", "-c", script),
                  environment(),
                  folder,
                  files,
                  internet,
                  () -> {
                    printed.check();
                    watch.look();
                  }),
              printed);
    } catch (EngineException failed) {
      String unused = tell(printed.rest());
      throw new ContextRefusedException(String.valueOf(failed.getMessage()), failed);
    }
    printed.check();
    if (code != 0) {
      String why = tell(printed.rest());
      throw new FailedException("git " + name + ": " + why);
    }
    return printed.text();
  }

  private String tell(String printed) {
    String text = redacted(printed).strip();
    text.lines().forEach(output);
    return text;
  }

  private Map<String, String> environment() {
    return Map.of(
        "HOME", "/nonexistent",
        "GIT_TERMINAL_PROMPT", "0",
        "GIT_CONFIG_NOSYSTEM", "1",
        "GIT_CONFIG_GLOBAL", "/dev/null",
        "GIT_ATTR_NOSYSTEM", "1",
        // Never one that is looked for: neither above, nor what a folder claims to be.
        "GIT_DIR", ".git",
        "GIT_SSH_COMMAND", ssh,
        "LC_ALL", "C.UTF-8");
  }
}
