package io.slipway.builder.layer;

import io.slipway.builder.config.MalformedImageException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The entries of a layer without the content of its files.
 *
 * @param entries entries in the archive's order
 */
public record LayerIndex(List<LayerEntry> entries) {
  private static final int VERSION = 1;

  public LayerIndex {
    entries = List.copyOf(entries);
  }

  /** Writes it in a compact form; closes nothing. */
  public void write(OutputStream out) throws IOException {
    GZIPOutputStream gzip = new GZIPOutputStream(out, 1 << 16);
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(gzip, 1 << 16));
    data.writeByte(VERSION);
    data.writeInt(entries.size());
    for (LayerEntry entry : entries) {
      data.writeByte(entry.type().ordinal());
      data.writeUTF(entry.path());
      data.writeShort(entry.mode());
      data.writeInt((int) entry.uid());
      data.writeInt((int) entry.gid());
      data.writeLong(entry.mtime().getEpochSecond());
      data.writeInt(entry.mtime().getNano());
      data.writeLong(entry.size());
      data.writeUTF(entry.linkTarget());
      data.writeShort(entry.xattrs().size());
      for (Map.Entry<String, String> attribute : entry.xattrs().entrySet()) {
        data.writeUTF(attribute.getKey());
        data.writeUTF(attribute.getValue());
      }
    }
    data.flush();
    gzip.finish();
  }

  /**
   * Reads one.
   *
   * @throws MalformedImageException if another version wrote it
   */
  public static LayerIndex read(InputStream in) throws IOException {
    DataInputStream data =
        new DataInputStream(new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16));
    if (data.readByte() != VERSION) {
      throw new MalformedImageException("The index of a layer is of another version");
    }
    int count = data.readInt();
    List<LayerEntry> entries = new ArrayList<>(count);
    LayerEntry.Type[] types = LayerEntry.Type.values();
    for (int i = 0; i < count; i++) {
      LayerEntry.Type type = types[data.readByte()];
      entries.add(
          new LayerEntry(
              data.readUTF(),
              type,
              data.readShort(),
              Integer.toUnsignedLong(data.readInt()),
              Integer.toUnsignedLong(data.readInt()),
              Instant.ofEpochSecond(data.readLong(), data.readInt()),
              data.readLong(),
              data.readUTF(),
              attributes(data)));
    }
    // Reads the checksum at the end too.
    if (data.read() >= 0) {
      throw new MalformedImageException("The index of a layer goes on after its end");
    }
    return new LayerIndex(entries);
  }

  private static Map<String, String> attributes(DataInputStream data) throws IOException {
    int count = data.readShort();
    Map<String, String> attributes = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      attributes.put(data.readUTF(), data.readUTF());
    }
    return attributes;
  }
}
