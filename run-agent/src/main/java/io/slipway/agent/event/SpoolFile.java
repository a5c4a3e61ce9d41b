package io.slipway.agent.event;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Records of one attempt in a file, which exists only while there are any. Each has its length and
 * a checksum before it, so that the end of a file whose process was killed is recognised.
 */
final class SpoolFile implements Spool.Store {
  private static final int HEAD = 2 * Integer.BYTES;
  private static final int LARGEST = 8 << 20;

  private final Path path;
  private final SpoolSpace space;
  private @Nullable FileChannel file;
  private long size;
  private long index;
  private long position;

  SpoolFile(Path path, SpoolSpace space) {
    this.path = path;
    this.space = space;
  }

  /**
   * Opens what an earlier process left, and cuts off what that did not write to its end.
   *
   * @return number of its records
   */
  long open() throws IOException {
    FileChannel opened = channel();
    long whole = 0;
    long count = 0;
    for (byte @Nullable [] record = payload(opened, 0);
        record != null;
        record = payload(opened, whole)) {
      whole += HEAD + record.length;
      count++;
    }
    opened.truncate(whole);
    size = whole;
    space.taken(whole);
    return count;
  }

  @Override
  public void append(List<EventRecord> records) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (EventRecord record : records) {
        byte[] payload = payload(record);
        out.writeInt(payload.length);
        out.writeInt(checksum(payload));
        out.write(payload);
      }
    }
    write(ByteBuffer.wrap(bytes.toByteArray()));
  }

  /**
   * Whoever prints or ends a run may have been interrupted, since the run is to end: that closes
   * the channel, and must not lose what is in the file.
   */
  private void write(ByteBuffer buffer) throws IOException {
    boolean interrupted = Thread.interrupted();
    FileChannel to = channel();
    try {
      for (long at = size; buffer.hasRemaining(); ) {
        at += to.write(buffer, at);
      }
    } catch (IOException failed) {
      if (to.isOpen()) {
        to.truncate(size);
      }
      throw failed;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    size += buffer.capacity();
    space.taken(buffer.capacity());
  }

  @Override
  public EventRecord read(long wanted) throws IOException {
    if (wanted < index) {
      index = 0;
      position = 0;
    }
    while (true) {
      byte[] payload = payload(channel(), position);
      if (payload == null) {
        throw new EOFException(path.getFileName() + " has no whole record " + index);
      }
      position += HEAD + payload.length;
      if (index++ == wanted) {
        return record(payload);
      }
    }
  }

  @Override
  public boolean isFull() {
    return space.isFull();
  }

  @Override
  public void delete() {
    close();
    space.given(size);
    size = 0;
    index = 0;
    position = 0;
    try {
      Files.deleteIfExists(path);
    } catch (IOException left) {
      // Sent again after the next start, which a reader recognises by the numbers.
    }
  }

  /** Keeps what cannot be read under another name, for a person. */
  void putAside() throws IOException {
    close();
    space.given(size);
    Files.move(
        path,
        path.resolveSibling(path.getFileName() + ".unreadable"),
        StandardCopyOption.REPLACE_EXISTING);
    size = 0;
    index = 0;
    position = 0;
  }

  void close() {
    try (FileChannel open = file) {
      file = null;
    } catch (IOException unwritten) {
      // Nothing waits to be written.
    }
  }

  private FileChannel channel() throws IOException {
    FileChannel open = file;
    if (open == null || !open.isOpen()) {
      open =
          FileChannel.open(
              path,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      file = open;
    }
    return open;
  }

  /** The bytes of a record, or null if there is no whole one. */
  private static byte @Nullable [] payload(FileChannel from, long at) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    if (!fill(from, head, at)) {
      return null;
    }
    int length = head.getInt(0);
    if (length < 0 || length > LARGEST) {
      return null;
    }
    ByteBuffer payload = ByteBuffer.allocate(length);
    boolean whole =
        fill(from, payload, at + HEAD) && checksum(payload.array()) == head.getInt(Integer.BYTES);
    return whole ? payload.array() : null;
  }

  private static boolean fill(FileChannel from, ByteBuffer buffer, long at) throws IOException {
    while (buffer.hasRemaining()) {
      int count = from.read(buffer, at + buffer.position());
      if (count < 0) {
        return false;
      }
    }
    return true;
  }

  private static int checksum(byte[] payload) {
    CRC32 checksum = new CRC32();
    checksum.update(payload);
    return (int) checksum.getValue();
  }

  private static byte[] payload(EventRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(record.size());
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF(record.topic());
    out.writeUTF(record.key());
    out.writeInt(record.headers().size());
    for (Map.Entry<String, String> header : record.headers().entrySet()) {
      out.writeUTF(header.getKey());
      out.writeUTF(header.getValue());
    }
    out.writeInt(record.value().length);
    out.write(record.value());
    return bytes.toByteArray();
  }

  private static EventRecord record(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    String topic = in.readUTF();
    String key = in.readUTF();
    Map<String, String> headers = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      headers.put(in.readUTF(), in.readUTF());
    }
    byte[] value = new byte[in.readInt()];
    in.readFully(value);
    return new EventRecord(topic, key, headers, value);
  }
}
