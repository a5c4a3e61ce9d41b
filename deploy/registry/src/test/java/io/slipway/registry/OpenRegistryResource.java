package io.slipway.registry;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.Map;

/** Starts the registry open to all, on a free port. */
public final class OpenRegistryResource implements QuarkusTestResourceLifecycleManager {
  static int port;

  @Override
  public Map<String, String> start() {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
      return Map.of(
          "slipway.registry.mode", "upstream",
          "slipway.registry.ports", Integer.toString(port),
          "slipway.registry.data-dir", Files.createTempDirectory("registry").toString());
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public void stop() {}
}
