package io.slipway.builder.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's last start: files that nobody waited for may have lost their content before it. */
final class MachineStart {
  private static final Path ID = Path.of("/proc/sys/kernel/random/boot_id");

  private MachineStart() {}

  /** Another one after each start; empty if the system does not tell it. */
  static String id() throws IOException {
    return Files.isReadable(ID) ? Files.readString(ID).strip() : "";
  }
}
