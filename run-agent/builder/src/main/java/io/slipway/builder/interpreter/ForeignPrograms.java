package io.slipway.builder.interpreter;

import io.slipway.builder.config.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Whether this machine runs programs of another kind of processor, by an emulator that the kernel
 * calls (binfmt_misc). Found by running the smallest program there is: one that ends at once.
 */
final class ForeignPrograms {
  private static final int ENDS_WITH = 42;

  /**
   * A kind of processor.
   *
   * @param machine its number in the header of a program (e_machine)
   * @param wide whether it has 64 bits
   * @param code instructions that end the program with code 42
   */
  private record Machine(int machine, boolean wide, String code) {}

  private static final Map<String, Machine> MACHINES =
      Map.of(
          "amd64", new Machine(62, true, "b83c000000bf2a0000000f05"),
          "386", new Machine(3, false, "b801000000bb2a000000cd80"),
          "arm64", new Machine(183, true, "400580d2a80b80d2010000d4"),
          "arm", new Machine(40, false, "2a00a0e30170a0e3000000ef"),
          "riscv64", new Machine(243, true, "1305a0029308d00573000000"));

  private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

  private ForeignPrograms() {}

  /** Whether programs of a platform run here, as they are or by emulation. */
  static boolean run(Platform platform) {
    if (Platform.current().accepts(platform) || platform.accepts(Platform.current())) {
      return true;
    }
    return platform.os().equals("linux")
        && KNOWN.computeIfAbsent(platform.architecture(), ForeignPrograms::tryOut);
  }

  static boolean tryOut(String architecture) {
    Machine machine = MACHINES.get(architecture);
    if (machine == null) {
      return false;
    }
    try {
      Path file =
          Files.createTempFile(
              "slipway",
              ".elf",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try {
        Files.write(file, program(machine));
        Process process = new ProcessBuilder(file.toString()).start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == ENDS_WITH;
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException refused) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** An ELF file with one segment: headers and code. */
  private static byte[] program(Machine machine) {
    byte[] code = HexFormat.of().parseHex(machine.code());
    boolean wide = machine.wide();
    int header = wide ? 64 : 52;
    int segment = wide ? 56 : 32;
    int start = header + segment;
    long base = 0x10000;
    ByteBuffer file = ByteBuffer.allocate(start + code.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), 1, 1});
    file.position(16);
    file.putShort((short) 2).putShort((short) machine.machine()).putInt(1);
    word(file, wide, base + start);
    word(file, wide, header);
    word(file, wide, 0);
    // Version 5 of ARM's calling convention, which its emulator asks for.
    file.putInt(machine.machine() == 40 ? 0x05000000 : 0);
    file.putShort((short) header).putShort((short) segment).putShort((short) 1);
    file.position(header);
    file.putInt(1);
    if (wide) {
      file.putInt(5);
    }
    word(file, wide, 0);
    word(file, wide, base);
    word(file, wide, base);
    word(file, wide, file.capacity());
    word(file, wide, file.capacity());
    if (!wide) {
      file.putInt(5);
    }
    word(file, wide, 0x1000);
    file.position(start);
    file.put(code);
    return file.array();
  }

  private static void word(ByteBuffer file, boolean wide, long value) {
    if (wide) {
      file.putLong(value);
    } else {
      file.putInt((int) value);
    }
  }
}
