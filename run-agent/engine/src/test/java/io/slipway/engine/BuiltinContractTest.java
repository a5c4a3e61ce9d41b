package io.slipway.engine;

import io.slipway.engine.builtin.BuiltinEngine;
import io.slipway.engine.builtin.BuiltinOptions;
import java.nio.file.Path;
import java.time.InstantSource;

class BuiltinContractTest extends EngineContract {
  @Override
  ContainerEngine engine(Path folder) throws Exception {
    return BuiltinEngine.open(BuiltinOptions.in(folder), InstantSource.system());
  }
}
