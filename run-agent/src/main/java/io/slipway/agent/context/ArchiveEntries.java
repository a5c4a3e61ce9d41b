package io.slipway.agent.context;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** Reads entries of a tar; the library would keep headers of any size in memory. */
final class ArchiveEntries extends TarArchiveInputStream {
  private static final int LARGEST_HEADER = 1 << 20;

  private long headerBytes;
  private boolean between;

  ArchiveEntries(InputStream tar) {
    super(tar, "UTF-8");
  }

  /**
   * The next entry, or null at the end.
   *
   * @throws ContextRefusedException if the archive is broken
   */
  @Nullable TarArchiveEntry next() throws IOException {
    headerBytes = 0;
    between = true;
    try {
      return getNextEntry();
    } catch (ContextRefusedException refused) {
      throw refused;
    } catch (IOException | IllegalArgumentException broken) {
      throw new ContextRefusedException("the archive is broken: " + broken.getMessage(), broken);
    } finally {
      between = false;
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = super.read(buffer, offset, length);
    TarArchiveEntry current = getCurrentEntry();
    if (between && count > 0 && current != null && isHeader(current)) {
      headerBytes += count;
      if (headerBytes > LARGEST_HEADER) {
        throw new ContextRefusedException("the archive has a header of over 1 MiB");
      }
    }
    return count;
  }

  private static boolean isHeader(TarArchiveEntry entry) {
    return entry.isPaxHeader()
        || entry.isGlobalPaxHeader()
        || entry.isGNULongNameEntry()
        || entry.isGNULongLinkEntry();
  }
}
