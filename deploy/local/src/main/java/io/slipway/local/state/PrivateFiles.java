package io.slipway.local.state;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;

/** Files that only their owner may read (0600), written whole or not at all. */
public final class PrivateFiles {
  private static final SecureRandom RANDOM = new SecureRandom();

  private PrivateFiles() {}

  /** Writes a file in place of the one that is there. */
  public static void write(Path file, String text) {
    try {
      Path scratch =
          Files.createTempFile(
              file.getParent(),
              "." + file.getFileName(),
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(scratch, text);
      Files.move(scratch, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new LocalException(file + " cannot be written: " + failed.getMessage(), failed);
    }
  }

  /** Writes a properties file in place of the one that is there. */
  public static void writeProperties(Path file, Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(values);
    StringWriter text = new StringWriter();
    try {
      properties.store(text, null);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    write(file, text.toString());
  }

  /** Text of a file, made first if it is not there. */
  public static String readOrCreate(Path file, Supplier<String> first) {
    if (!Files.exists(file)) {
      write(file, first.get());
    }
    return read(file);
  }

  public static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new LocalException(file + " cannot be read: " + failed.getMessage(), failed);
    }
  }

  /** A secret of 256 random bits as hex, kept in a file. */
  public static String secret(Path file) {
    return readOrCreate(file, PrivateFiles::randomHex).strip();
  }

  private static String randomHex() {
    byte[] random = new byte[32];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random) + "\n";
  }
}
