package io.slipway.agent.context;

import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Saves what a server sends, up to a limit, and tries again what may succeed later. */
final class ContextDownload {
  private static final int TRIES = 3;
  private static final long PAUSE_MILLIS = 250;

  private ContextDownload() {}

  /** The server answered with an error. */
  static final class StatusException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;

    StatusException(int status) {
      super("the server answered with HTTP status " + status);
      this.status = status;
    }

    boolean mayPass() {
      return status >= 500;
    }
  }

  @FunctionalInterface
  interface Try<T> {
    T run() throws IOException, Refusal, InterruptedException;
  }

  /** Tries three times; what a rule or a 4xx of the server refuses is refused at once. */
  static <T> T tried(Try<T> what) throws IOException, Refusal, InterruptedException {
    for (int tried = 1; ; tried++) {
      try {
        return what.run();
      } catch (ContextRefusedException refused) {
        throw refused;
      } catch (StatusException answered) {
        if (!answered.mayPass() || tried == TRIES) {
          throw answered;
        }
      } catch (IOException network) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while a context was fetched");
        }
        if (tried == TRIES) {
          throw network;
        }
      }
      Thread.sleep(PAUSE_MILLIS << tried);
    }
  }

  /** Saves a body; ends when it is larger than allowed or the disk is nearly full. */
  static void save(InputStream body, Path file, ContextLimits limits) throws IOException {
    ContextBudget budget =
        new ContextBudget(
            new ContextLimits(0, limits.downloadBytes(), 1, limits.freeBytes()),
            Objects.requireNonNull(file.getParent()));
    byte[] buffer = new byte[1 << 16];
    long total = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int count = body.read(buffer); count > 0; count = body.read(buffer)) {
        total += count;
        if (total > limits.downloadBytes()) {
          throw new ContextRefusedException(
              "the download has over %d bytes (slipway.agent.context-download-limit)"
                  .formatted(limits.downloadBytes()));
        }
        budget.bytes("", count);
        out.write(buffer, 0, count);
      }
    }
  }
}
