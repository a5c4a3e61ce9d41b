package io.slipway.agent.context;

import com.google.re2j.Pattern;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The machine's git, in one folder that no step can write to, without the settings of the machine
 * or the user: the only file of settings that it reads is the one that it made there itself.
 *
 * @param folder where it works
 * @param scratch folder for what nobody else may read; outside of every workspace
 * @param settings options before the command
 * @param ssh command that git calls for ssh addresses
 * @param watch called every 250 ms while git works
 * @param output takes what git prints when it fails
 */
record Git(
    Path folder,
    Path scratch,
    List<String> settings,
    String ssh,
    Watch watch,
    Consumer<String> output) {
  private static final Pattern TOKEN = Pattern.compile("(https?://)[^/@\\s]+@");
  private static final long BETWEEN_LOOKS_MILLIS = 250;

  /** git ended with an exit code that is not zero; the message is its own, without secrets. */
  static final class FailedException extends IOException {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
      super(message);
    }
  }

  /** Checks what git has written so far; ends it by an exception. */
  @FunctionalInterface
  interface Watch {
    void look() throws IOException;
  }

  /** Takes the records of git's output one by one. */
  @FunctionalInterface
  interface Records {
    void next(String text) throws IOException;
  }

  /** A text whose addresses have lost their user names, passwords and tokens. */
  static String redacted(String text) {
    return TOKEN.matcher(text).replaceAll("$1<REDACTED>@");
  }

  /**
   * Runs a command to its end.
   *
   * @return what it printed
   * @throws FailedException if its exit code is not zero
   */
  String run(String... words) throws IOException, InterruptedException {
    StringBuilder out = new StringBuilder();
    call(List.of(words), in -> out.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    return out.toString();
  }

  /** Runs a command that prints records with a NUL at the end of each. */
  void records(Records records, String... words) throws IOException, InterruptedException {
    call(
        List.of(words),
        in -> {
          BufferedInputStream buffered = new BufferedInputStream(in);
          ByteArrayOutputStream text = new ByteArrayOutputStream();
          for (int read = buffered.read(); read >= 0; read = buffered.read()) {
            if (read == 0) {
              records.next(text.toString(StandardCharsets.UTF_8));
              text.reset();
            } else {
              text.write(read);
            }
          }
        });
  }

  private interface Output {
    void read(InputStream in) throws IOException;
  }

  private void call(List<String> words, Output reader) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(settings);
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    environment.clear();
    environment.putAll(
        Map.of(
            "PATH", path,
            "HOME", scratch.toString(),
            "GIT_TERMINAL_PROMPT", "0",
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_ATTR_NOSYSTEM", "1",
            // Never one that is looked for: neither above, nor what a folder claims to be.
            "GIT_DIR", ".git",
            "GIT_SSH_COMMAND", ssh,
            "LC_ALL", "C.UTF-8"));
    builder.redirectInput(Path.of("/dev/null").toFile());
    Path errors = Files.createTempFile(scratch, "git", ".err");
    builder.redirectError(errors.toFile());
    Process process = builder.start();
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      // The pipe is read on another thread: an interrupt ends a wait, but not the read of a pipe.
      Future<?> read =
          thread.submit(() -> {
            reader.read(process.getInputStream());
            return null;
          });
      try {
        await(process, read);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        String printed = redacted(Files.readString(errors)).strip();
        printed.lines().forEach(output);
        throw new FailedException("git " + words.get(0) + ": " + printed);
      }
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  private void await(Process process, Future<?> read) throws IOException, InterruptedException {
    boolean over = false;
    while (!over) {
      over = process.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
      if (!over) {
        watch.look();
      }
      if (read.isDone() && !over) {
        // A reader that failed reads no more, and git would wait for it with a full pipe.
        failure(read);
      }
    }
    failure(read);
  }

  private static void failure(Future<?> read) throws IOException, InterruptedException {
    try {
      read.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException(failed.getCause());
    }
  }
}
