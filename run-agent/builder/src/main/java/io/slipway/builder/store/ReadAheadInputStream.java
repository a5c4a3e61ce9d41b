package io.slipway.builder.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads its source in a thread of its own, some blocks ahead: unzipping and writing files take
 * about the same time, so they are done side by side.
 */
final class ReadAheadInputStream extends InputStream {
  private static final int BLOCK = 1 << 18;
  private static final int BLOCKS = 8;

  private final InputStream source;
  private final BlockingQueue<Block> filled = new ArrayBlockingQueue<>(BLOCKS);
  private final Thread reader;
  private Block current = new Block(new byte[0], 0, null);
  private int position;

  /** Bytes; none at the end; or why reading failed. */
  private record Block(byte[] bytes, int length, @Nullable IOException problem) {
    boolean isLast() {
      return length < 0;
    }
  }

  ReadAheadInputStream(InputStream source) {
    this.source = source;
    this.reader = Thread.ofPlatform().daemon().name("unzip").start(this::readAll);
  }

  private void readAll() {
    try {
      while (true) {
        Block block = next();
        filled.put(block);
        if (block.isLast()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      return; // closed before the end
    }
  }

  private Block next() {
    byte[] bytes = new byte[BLOCK];
    try {
      int length = source.readNBytes(bytes, 0, BLOCK);
      return new Block(bytes, length == 0 ? -1 : length, null);
    } catch (IOException e) {
      return new Block(bytes, -1, e);
    } catch (RuntimeException e) {
      return new Block(bytes, -1, new IOException(e));
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!current.isLast() && position == current.length()) {
      current = take();
      position = 0;
    }
    if (current.isLast()) {
      if (current.problem() != null) {
        throw new IOException(current.problem().getMessage(), current.problem());
      }
      return -1;
    }
    int count = Math.min(length, current.length() - position);
    System.arraycopy(current.bytes(), position, target, offset, count);
    position += count;
    return count;
  }

  private Block take() throws InterruptedIOException {
    try {
      return filled.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while a layer was unzipped");
    }
  }

  @Override
  public void close() throws IOException {
    reader.interrupt();
    boolean interrupted = false;
    while (reader.isAlive()) {
      try {
        reader.join();
      } catch (InterruptedException e) {
        interrupted = true; // the source must not be closed under the reader
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    source.close();
  }
}
