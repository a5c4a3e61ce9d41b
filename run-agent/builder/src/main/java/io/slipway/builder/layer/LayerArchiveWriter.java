package io.slipway.builder.layer;

import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.LayerEntry.Whiteouts;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a layer's archive, zipped, with both its digests in the same pass. The same entries give
 * the same bytes: no time of writing, no names of users, no sizes that depend on the machine.
 */
public final class LayerArchiveWriter implements Closeable {
  /**
   * A fifth larger than the best, twice as fast; pushes go over a network, builds wait for this.
   */
  private static final int LEVEL = 4;

  private static final long LARGEST_ID = 07777777L;
  private static final long LARGEST_SIZE = 077777777777L;

  private final MessageDigest blobDigest = Sha256.start();
  private final MessageDigest tarDigest = Sha256.start();
  private final List<LayerEntry> index = new ArrayList<>();
  private final TarArchiveOutputStream tar;
  private final byte[] buffer = new byte[1 << 16];

  private final Instant latest;

  /** One that keeps all times. */
  public LayerArchiveWriter(OutputStream out) throws IOException {
    this(out, Instant.MAX);
  }

  /**
   * One that writes to the given place and closes it at the end.
   *
   * @param latest the time of all that is younger
   */
  public LayerArchiveWriter(OutputStream out, Instant latest) throws IOException {
    this.latest = latest;
    OutputStream zipped =
        new FastGzip(new BufferedOutputStream(new DigestOutputStream(out, blobDigest), 1 << 16));
    this.tar =
        new TarArchiveOutputStream(
            new BufferedOutputStream(new DigestOutputStream(zipped, tarDigest), 1 << 16),
            StandardCharsets.UTF_8.name());
    // Long and foreign values go in a PAX header that is written here, together with attributes.
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_TRUNCATE);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(LEVEL);
      def.setStrategy(Deflater.DEFAULT_STRATEGY);
    }
  }

  /**
   * What the archive has become.
   *
   * @param digest digest of the zipped archive
   * @param diffId digest of the archive before zipping
   * @param index what is in it
   */
  public record Written(String digest, String diffId, LayerIndex index) {}

  /** Adds an entry that has no content. */
  public void add(LayerEntry entry) throws IOException {
    add(entry, InputStream.nullInputStream());
  }

  /**
   * Adds an entry.
   *
   * @param content exactly {@code given.size()} bytes; not closed
   * @throws IOException if the content has another length
   */
  public void add(LayerEntry given, InputStream content) throws IOException {
    LayerEntry entry = given.notAfter(latest);
    TarArchiveEntry header = header(entry);
    PaxRecords pax = pax(entry, header.getName());
    if (!pax.isEmpty()) {
      byte[] records = pax.write();
      TarArchiveEntry extension =
          new TarArchiveEntry("PaxHeaders/entry", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
      extension.setSize(records.length);
      extension.setLastModifiedTime(header.getLastModifiedTime());
      tar.putArchiveEntry(extension);
      tar.write(records);
      tar.closeArchiveEntry();
    }
    tar.putArchiveEntry(header);
    if (entry.type() == LayerEntry.Type.FILE) {
      copy(entry, content);
    }
    tar.closeArchiveEntry();
    index.add(entry);
  }

  private void copy(LayerEntry entry, InputStream content) throws IOException {
    long left = entry.size();
    while (left > 0) {
      int count = content.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw new SourceChangedException(entry.path(), "it has become shorter");
      }
      tar.write(buffer, 0, count);
      left -= count;
    }
  }

  private static TarArchiveEntry header(LayerEntry entry) {
    TarArchiveEntry header =
        switch (entry.type()) {
          case FILE -> new TarArchiveEntry(entry.path(), TarConstants.LF_NORMAL);
          case FOLDER -> new TarArchiveEntry(entry.path() + "/", TarConstants.LF_DIR);
          case SYMLINK -> new TarArchiveEntry(entry.path(), TarConstants.LF_SYMLINK);
          case HARDLINK -> new TarArchiveEntry(entry.path(), TarConstants.LF_LINK);
          case FIFO -> new TarArchiveEntry(entry.path(), TarConstants.LF_FIFO);
          case WHITEOUT ->
              new TarArchiveEntry(
                  LayerPath.join(entry.parent(), Whiteouts.PREFIX + entry.name()),
                  TarConstants.LF_NORMAL);
          case OPAQUE ->
              new TarArchiveEntry(
                  LayerPath.join(entry.path(), Whiteouts.OPAQUE), TarConstants.LF_NORMAL);
        };
    header.setSize(entry.type() == LayerEntry.Type.FILE ? entry.size() : 0);
    header.setMode(entry.mode());
    header.setIds((int) Math.min(entry.uid(), LARGEST_ID), (int) Math.min(entry.gid(), LARGEST_ID));
    header.setUserName("");
    header.setGroupName("");
    header.setLinkName(entry.linkTarget());
    // Whole seconds, as Docker writes them.
    Instant seconds = entry.mtime().truncatedTo(ChronoUnit.SECONDS);
    header.setModTime(Math.max(0, seconds.toEpochMilli()));
    return header;
  }

  private static PaxRecords pax(LayerEntry entry, String name) {
    PaxRecords pax = new PaxRecords();
    if (needsPax(name)) {
      pax.text("path", name);
    }
    if (needsPax(entry.linkTarget())) {
      pax.text("linkpath", entry.linkTarget());
    }
    if (entry.uid() > LARGEST_ID) {
      pax.number("uid", entry.uid());
    }
    if (entry.gid() > LARGEST_ID) {
      pax.number("gid", entry.gid());
    }
    if (entry.size() > LARGEST_SIZE) {
      pax.number("size", entry.size());
    }
    entry.xattrs().forEach((key, value) -> pax.bytes("SCHILY.xattr." + key, value));
    return pax;
  }

  private static boolean needsPax(String name) {
    return name.length() > 99 || !StandardCharsets.US_ASCII.newEncoder().canEncode(name);
  }

  /** Writes the end and gives the digests. */
  public Written finish() throws IOException {
    tar.close();
    return new Written(Sha256.finish(blobDigest), Sha256.finish(tarDigest), new LayerIndex(index));
  }

  /** Gives up what is not finished. */
  @Override
  public void close() throws IOException {
    try {
      tar.close();
    } catch (IOException e) {
      // An abandoned archive may end in the middle of an entry.
      if (e.getMessage() == null || !e.getMessage().contains("unclosed")) {
        throw e;
      }
    }
  }

  /** Writes the records of a PAX header; values may be any bytes. */
  static final class PaxRecords {
    private final Map<String, byte[]> records = new TreeMap<>();

    PaxRecords text(String key, String value) {
      records.put(key, value.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    PaxRecords number(String key, long value) {
      return text(key, Long.toString(value));
    }

    PaxRecords bytes(String key, String latin1) {
      records.put(key, latin1.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    boolean isEmpty() {
      return records.isEmpty();
    }

    byte[] write() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      records.forEach((key, value) -> {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        // length, space, key, '=', value, line end; the length counts its own digits
        int rest = keyBytes.length + value.length + 3;
        int total = rest + digits(rest);
        if (digits(total) != digits(rest)) {
          total = rest + digits(total);
        }
        out.writeBytes((total + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(keyBytes);
        out.write('=');
        out.writeBytes(value);
        out.write('\n');
      });
      return out.toByteArray();
    }

    private static int digits(int number) {
      return Integer.toString(number).length();
    }
  }
}
