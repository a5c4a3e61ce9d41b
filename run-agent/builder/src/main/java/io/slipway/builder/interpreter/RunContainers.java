package io.slipway.builder.interpreter;

import io.slipway.builder.EngineException;
import io.slipway.builder.OutputSink;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.Mount;
import io.slipway.builder.store.UnpackedImage;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts the containers of RUN within the namespaces of the run. */
public interface RunContainers {
  /**
   * Runs a process to its end.
   *
   * @return its exit code
   */
  int run(UnpackedImage image, UpperDraft upper, ContainerProcess process, OutputSink output)
      throws EngineException, IOException, InterruptedException;

  /** Files for {@code /etc/hosts}, {@code resolv.conf} and {@code hostname}, as mounts. */
  List<Mount> names(String hostName, Map<String, String> addHosts)
      throws EngineException, IOException, InterruptedException;

  /** A fresh folder that is gone with the run. */
  Path scratchFolder() throws IOException;

  /** Whether limits of memory and processors are kept. */
  boolean hasLimits() throws EngineException, InterruptedException;
}
