package io.slipway.builder.layer;

import io.slipway.builder.config.MalformedImageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive and keeps the bytes of each entry's PAX header: the library decodes values as
 * UTF-8, which destroys binary ones such as {@code security.capability}.
 */
final class PaxTarInputStream extends TarArchiveInputStream {
  private static final String ATTRIBUTE = "SCHILY.xattr.";
  private static final int MAX_HEADER = 1 << 20;

  private final ByteArrayOutputStream header = new ByteArrayOutputStream();
  private boolean recording;
  private long globals;
  private long names;

  PaxTarInputStream(InputStream in) {
    super(in, StandardCharsets.UTF_8.name());
  }

  /** The next entry, or null at the end. */
  @Nullable TarArchiveEntry next() throws IOException {
    header.reset();
    names = 0;
    recording = true;
    try {
      return getNextEntry();
    } catch (IllegalArgumentException e) {
      throw new MalformedImageException("The layer is not a valid tar archive", e);
    } finally {
      recording = false;
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = super.read(buffer, offset, length);
    if (recording && count > 0) {
      TarArchiveEntry current = getCurrentEntry();
      if (current != null && current.isPaxHeader()) {
        if (header.size() + count > MAX_HEADER) {
          throw new MalformedImageException("A PAX header of the layer is larger than 1 MiB");
        }
        header.write(buffer, offset, count);
      } else if (current != null && current.isGlobalPaxHeader()) {
        globals = limited(globals + count); // the library holds them to the end
      } else if (current != null
          && (current.isGNULongNameEntry() || current.isGNULongLinkEntry())) {
        names = limited(names + count);
      }
    }
    return count;
  }

  private static long limited(long bytes) throws MalformedImageException {
    if (bytes > MAX_HEADER) {
      throw new MalformedImageException("A header of the layer is larger than 1 MiB");
    }
    return bytes;
  }

  /** Extended attributes of the entry that {@link #next()} gave. */
  Map<String, String> attributes() throws MalformedImageException {
    if (header.size() == 0) {
      return Map.of();
    }
    Map<String, String> attributes = new TreeMap<>();
    // One character per byte, so that no value is changed.
    String records = header.toString(StandardCharsets.ISO_8859_1);
    int position = 0;
    while (position < records.length() && records.charAt(position) != '\0') {
      int space = records.indexOf(' ', position);
      int end = position + recordLength(records, position, space);
      int equals = records.indexOf('=', space);
      if (end > records.length()
          || equals < 0
          || equals >= end
          || records.charAt(end - 1) != '\n') {
        throw new MalformedImageException("A PAX header of the layer is broken");
      }
      String key = records.substring(space + 1, equals);
      if (key.startsWith(ATTRIBUTE)) {
        String name = key.substring(ATTRIBUTE.length());
        attributes.put(name, records.substring(equals + 1, end - 1));
      }
      position = end;
    }
    return attributes;
  }

  private static int recordLength(String records, int position, int space)
      throws MalformedImageException {
    try {
      int length = Integer.parseInt(records.substring(position, Math.max(position, space)));
      if (length > space - position + 1) {
        return length;
      }
    } catch (NumberFormatException e) {
      throw new MalformedImageException("A PAX header of the layer has no length", e);
    }
    throw new MalformedImageException("A PAX header of the layer has a wrong length");
  }
}
