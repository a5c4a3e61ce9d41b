package io.slipway.agent.context;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** Opens an archive by its first bytes: tar, plain or packed with gzip, bzip2, xz or zstd. */
final class ArchiveStream {
  private static final int BLOCK = 512;
  private static final int BUFFER = 1 << 16;

  /** Memory that xz may use, in KiB; its strongest setting needs 65 MiB. */
  private static final int XZ_MEMORY = 100_000;

  private ArchiveStream() {}

  /**
   * The bytes of the tar.
   *
   * @param most bytes that it may have, headers and padding included
   * @throws ContextRefusedException if it is none of these
   */
  static InputStream tar(InputStream archive, long most) throws IOException {
    BufferedInputStream raw = new BufferedInputStream(archive, BUFFER);
    byte[] magic = peek(raw, 6);
    InputStream unpacked;
    try {
      unpacked =
          switch (packing(magic)) {
            case "gzip" -> new GzipCompressorInputStream(raw, true);
            case "bzip2" -> new BZip2CompressorInputStream(raw, true);
            case "xz" -> new XZCompressorInputStream(raw, true, XZ_MEMORY);
            case "zstd" -> new ZstdCompressorInputStream(raw);
            default -> raw;
          };
    } catch (IOException broken) {
      throw notAnArchive(broken);
    }
    BufferedInputStream tar = new BufferedInputStream(new Limited(unpacked, most), BUFFER);
    byte[] block;
    try {
      block = peek(tar, BLOCK);
    } catch (ContextRefusedException refused) {
      throw refused;
    } catch (IOException broken) {
      throw notAnArchive(broken);
    }
    boolean empty = block.length == BLOCK && isZero(block);
    if (!empty && (block.length < BLOCK || !TarUtils.verifyCheckSum(block))) {
      throw notAnArchive(null);
    }
    return tar;
  }

  private static ContextRefusedException notAnArchive(@Nullable Throwable why) {
    String message =
        "it is not an archive: expected tar, or tar packed with gzip, bzip2, xz or zstd";
    return why == null
        ? new ContextRefusedException(message)
        : new ContextRefusedException(message, why);
  }

  private static String packing(byte[] magic) {
    if (begins(magic, 0x1f, 0x8b)) {
      return "gzip";
    }
    if (begins(magic, 'B', 'Z', 'h')) {
      return "bzip2";
    }
    if (begins(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return "xz";
    }
    return begins(magic, 0x28, 0xb5, 0x2f, 0xfd) ? "zstd" : "";
  }

  private static boolean begins(byte[] bytes, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(byte[] bytes) {
    for (byte each : bytes) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] peek(BufferedInputStream in, int count) throws IOException {
    in.mark(count);
    byte[] bytes = new byte[count];
    int read = in.readNBytes(bytes, 0, count);
    in.reset();
    return Arrays.copyOf(bytes, read);
  }

  /** Ends a stream that never ends, such as a small file that unpacks to gigabytes of zeros. */
  private static final class Limited extends FilterInputStream {
    private final long most;
    private long left;

    Limited(InputStream in, long most) {
      super(in);
      this.most = most;
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value >= 0) {
        count(1);
      }
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      if (count > 0) {
        count(count);
      }
      return count;
    }

    @Override
    public long skip(long wanted) throws IOException {
      // By reading, so that it counts: what is skipped is unpacked too.
      byte[] buffer = new byte[(int) Math.min(Math.max(wanted, 0), BUFFER)];
      return buffer.length == 0 ? 0 : Math.max(read(buffer, 0, buffer.length), 0);
    }

    private void count(int read) throws IOException {
      left -= read;
      if (left < 0) {
        throw new ContextRefusedException(
            "the archive unpacks to over %d bytes (slipway.agent.context-limit)".formatted(most));
      }
    }
  }
}
