package io.slipway.builder;

import io.slipway.builder.builtin.BuiltinEngine;
import java.nio.file.Path;
import java.time.InstantSource;

class BuiltinContractTest extends EngineContract {
  @Override
  ContainerEngine engine(Path folder) throws Exception {
    return BuiltinEngine.open(BuiltinOptions.in(folder), InstantSource.system());
  }
}
