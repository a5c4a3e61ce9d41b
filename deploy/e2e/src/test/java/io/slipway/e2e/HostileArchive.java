package io.slipway.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar.gz with entries that no honest program writes. */
final class HostileArchive {
  private static final int BOMB = 4000;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar;

  private HostileArchive() throws IOException {
    tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes));
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  static HostileArchive of() throws IOException {
    return new HostileArchive();
  }

  HostileArchive file(String name, String content) throws IOException {
    byte[] data = content.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(data.length);
    tar.putArchiveEntry(entry);
    tar.write(data);
    tar.closeArchiveEntry();
    return this;
  }

  HostileArchive link(String name, String target) throws IOException {
    return entry(name, TarConstants.LF_SYMLINK, target);
  }

  HostileArchive hardLink(String name, String target) throws IOException {
    return entry(name, TarConstants.LF_LINK, target);
  }

  HostileArchive device(String name) throws IOException {
    return entry(name, TarConstants.LF_BLK, "");
  }

  private HostileArchive entry(String name, byte type, String target) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
    return this;
  }

  byte[] bytes() throws IOException {
    tar.close();
    return bytes.toByteArray();
  }

  /** Some megabytes that say they are as many gigabytes of zeros. */
  static byte[] bomb() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] zeros = new byte[1 << 20];
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      TarArchiveEntry entry = new TarArchiveEntry("zeros");
      entry.setSize((long) BOMB * zeros.length);
      tar.putArchiveEntry(entry);
      for (int i = 0; i < BOMB; i++) {
        tar.write(zeros);
      }
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }
}
