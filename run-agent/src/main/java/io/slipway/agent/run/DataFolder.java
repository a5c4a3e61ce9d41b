package io.slipway.agent.run;

import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.config.AgentConfig;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The agent's folder: locked by one agent, and rid of the workspaces that an agent left which was
 * killed. This goes before the first run.
 */
@ApplicationScoped
public class DataFolder {
  private static final Logger LOG = Logger.getLogger(DataFolder.class);

  private final Path folder;

  /** Held as long as the process lives; the system lets go of it however that ends. */
  private @Nullable FileChannel lock;

  DataFolder(AgentConfig config) {
    this.folder = config.agent().dataDir();
  }

  /** Folder of one attempt. */
  Path workspace(RunSpec spec) {
    return folder.resolve("runs").resolve(spec.runUid() + "-" + spec.attempt());
  }

  void take(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event)
      throws IOException {
    Files.createDirectories(folder);
    FileChannel file =
        FileChannel.open(
            folder.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (file.tryLock() == null) {
      file.close();
      throw new IllegalStateException(
          "another agent uses "
              + folder
              + ": give each agent a folder of its own with slipway.agent.data-dir");
    }
    lock = file;
    Path runs = folder.resolve("runs");
    if (Files.isDirectory(runs)) {
      List<Path> left;
      try (Stream<Path> list = Files.list(runs)) {
        left = list.toList();
      }
      left.forEach(Workspaces::delete);
      if (!left.isEmpty()) {
        LOG.infof("%d workspaces of an agent that was killed are gone", left.size());
      }
    }
  }
}
