package io.slipway.engine;

import io.slipway.engine.support.Docker;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

class DockerContractTest extends EngineContract {
  @BeforeAll
  static void needDocker() {
    Docker.daemon();
  }

  @Override
  ContainerEngine engine(Path folder) throws Exception {
    return Docker.engine(folder);
  }
}
