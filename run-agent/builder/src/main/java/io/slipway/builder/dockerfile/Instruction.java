package io.slipway.builder.dockerfile;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One instruction; texts hold variables as they were written. */
public sealed interface Instruction {
  /** Line of its first word, counted from 1. */
  int line();

  /** Its text as Docker shows it: one line, continuations joined. */
  String original();

  /** {@code FROM}: begins a stage. */
  record From(
      int line, String original, String image, @Nullable String platform, @Nullable String name)
      implements Instruction {}

  /** {@code ARG}: names with their defaults, null for none, in order. */
  record Arg(int line, String original, Map<String, @Nullable String> names)
      implements Instruction {}

  record Env(int line, String original, Map<String, String> values) implements Instruction {}

  record Label(int line, String original, Map<String, String> values) implements Instruction {}

  /**
   * {@code RUN}.
   *
   * @param mounts options of each {@code --mount}, in order
   * @param network {@code default}, {@code none}, {@code host} or null
   * @param security {@code sandbox}, {@code insecure} or null
   * @param devices devices of the machine that it asks for
   */
  record Run(
      int line,
      String original,
      CommandForm command,
      List<Map<String, String>> mounts,
      @Nullable String network,
      @Nullable String security,
      List<String> devices,
      List<Heredoc> heredocs)
      implements Instruction {}

  /**
   * {@code COPY}; {@code flags} are {@code from}, {@code chown}, {@code chmod}, {@code link},
   * {@code parents}.
   */
  record Copy(
      int line,
      String original,
      List<String> sources,
      String destination,
      Map<String, String> flags,
      List<String> exclude,
      List<Heredoc> heredocs)
      implements Instruction {
    /** Stage or image to copy from, or null for the context. */
    public @Nullable String from() {
      return flags.get("from");
    }
  }

  /**
   * {@code ADD}; {@code flags} are {@code chown}, {@code chmod}, {@code checksum}, {@code
   * keep-git-dir}, {@code link}, {@code unpack}.
   */
  record Add(
      int line,
      String original,
      List<String> sources,
      String destination,
      Map<String, String> flags,
      List<String> exclude,
      List<Heredoc> heredocs)
      implements Instruction {}

  record Cmd(int line, String original, CommandForm command) implements Instruction {}

  record Entrypoint(int line, String original, CommandForm command) implements Instruction {}

  record Shell(int line, String original, List<String> words) implements Instruction {}

  record User(int line, String original, String user) implements Instruction {}

  record Workdir(int line, String original, String path) implements Instruction {}

  record Expose(int line, String original, List<String> ports) implements Instruction {}

  record Volume(int line, String original, List<String> paths) implements Instruction {}

  record StopSignal(int line, String original, String signal) implements Instruction {}

  /** {@code HEALTHCHECK}; null command means {@code NONE}. */
  record Healthcheck(
      int line, String original, Map<String, String> options, @Nullable CommandForm command)
      implements Instruction {}

  /** {@code ONBUILD}: the text of what a child build does first. */
  record OnBuild(int line, String original, String instruction) implements Instruction {}

  record Maintainer(int line, String original, String name) implements Instruction {}

  /** How a command is given: as words, or as a text for the shell. */
  sealed interface CommandForm {
    /** Words that are executed as they are. */
    record Exec(List<String> words) implements CommandForm {}

    /** A text for the shell. */
    record Shell(String text) implements CommandForm {}
  }

  /**
   * A here-document.
   *
   * @param name its end mark
   * @param expand whether variables in it are replaced: not if the mark is quoted
   * @param content its text, without leading tabs if it was opened by {@code <<-}
   */
  record Heredoc(String name, boolean expand, String content) {
    /** The text of an instruction with the here-documents that it opens, as a shell reads them. */
    public static String after(String text, List<Heredoc> heredocs) {
      StringBuilder whole = new StringBuilder(text);
      for (Heredoc heredoc : heredocs) {
        whole.append('\n').append(heredoc.content()).append(heredoc.name());
      }
      return heredocs.isEmpty() ? text : whole.append('\n').toString();
    }
  }
}
