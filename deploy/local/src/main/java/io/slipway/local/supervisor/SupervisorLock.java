package io.slipway.local.supervisor;

import io.slipway.local.state.LocalException;
import io.slipway.local.state.StateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Says that a platform is running, and in which process. The kernel gives the lock back when that
 * process ends, however it ends.
 */
public final class SupervisorLock implements AutoCloseable {
  private final FileChannel channel;

  private SupervisorLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes it for this process. */
  static SupervisorLock take(StateFolder state) {
    try {
      FileChannel channel = open(state);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new LocalException(
            "The platform in " + state.root() + " is already running; see ./slipway status.");
      }
      Files.writeString(state.pid("supervisor"), ProcessHandle.current().pid() + "\n");
      return new SupervisorLock(channel);
    } catch (IOException failed) {
      throw new LocalException("cannot lock " + file(state) + ": " + failed.getMessage(), failed);
    }
  }

  /** The process that runs the platform, if it is running. */
  public static Optional<ProcessHandle> holder(StateFolder state) {
    if (!Files.exists(file(state))) {
      return Optional.empty();
    }
    try (FileChannel channel = open(state)) {
      if (channel.tryLock() != null) {
        return Optional.empty();
      }
      String pid = Files.readString(state.pid("supervisor")).strip();
      return ProcessHandle.of(Long.parseLong(pid));
    } catch (IOException | NumberFormatException failed) {
      throw new LocalException("cannot read " + file(state) + ": " + failed.getMessage(), failed);
    }
  }

  private static FileChannel open(StateFolder state) throws IOException {
    return FileChannel.open(file(state), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static Path file(StateFolder state) {
    return state.run().resolve("supervisor.lock");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException ignored) {
      // The process ends, and the lock with it.
      return;
    }
  }
}
