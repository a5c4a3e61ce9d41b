package io.slipway.agent.attempt;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.config.AgentConfig;
import io.slipway.contract.agent.RunSpecification;
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
 * The agent's folder. At the start, before the first run, it is locked against other agents, and
 * the workspaces and secret files that a killed agent left are deleted.
 */
@ApplicationScoped
public class DataFolder {
  private static final Logger LOG = Logger.getLogger(DataFolder.class);

  /** Its real path once it is taken: what leads out of it by a link was not made by the agent. */
  private volatile Path folder;

  /** Held as long as the process lives; the system releases it however that ends. */
  private @Nullable FileChannel lock;

  DataFolder(AgentConfig config, MeterRegistry meters) {
    this.folder = config.agent().dataDir();
    Gauge.builder("slipway.agent.disk.free.bytes", this::freeBytes)
        .description("Bytes that are free on the disk of the agent's folder")
        .register(meters);
  }

  /** Bytes of its disk that the agent may use now; 0 if it cannot write there. */
  long freeBytes() {
    return folder.toFile().getUsableSpace();
  }

  /** Workspace of an attempt. */
  Path workspace(RunSpecification spec) {
    return folder.resolve("runs").resolve(spec.runUid() + "-" + spec.attempt());
  }

  /** Folder for secret files of one attempt; no step sees it as a whole. */
  Path secretFolder(RunSpecification spec) {
    return folder.resolve("secrets").resolve(spec.runUid() + "-" + spec.attempt());
  }

  void take(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event)
      throws IOException {
    folder = Files.createDirectories(folder).toRealPath();
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
    int left = tidy(folder.resolve("runs")) + tidy(folder.resolve("secrets"));
    if (left > 0) {
      LOG.infof("deleted %d folders of an agent that was killed", left);
    }
  }

  private static int tidy(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return 0;
    }
    List<Path> left;
    try (Stream<Path> list = Files.list(parent)) {
      left = list.toList();
    }
    left.forEach(Workspaces::delete);
    return left.size();
  }
}
