package io.slipway.builder.store;

import io.slipway.builder.config.MalformedImageException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Accepts at most the announced bytes, and tells failures of the disk from those of the sender. */
public final class LimitedOutputStream extends FilterOutputStream {
  private final long limit;
  private long count;

  /** One with a limit in bytes; negative for none. */
  public LimitedOutputStream(OutputStream out, long limit) {
    super(out);
    this.limit = limit;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    add(length);
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new StoreException(e);
    }
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  private void add(int length) throws MalformedImageException {
    count += length;
    if (limit >= 0 && count > limit) {
      throw new MalformedImageException("A blob has more bytes than its descriptor says: " + limit);
    }
  }

  /** The store's own disk failed, not the place that something came from. */
  public static class StoreException extends IOException {
    private static final long serialVersionUID = 1L;

    public StoreException(IOException cause) {
      super("The image store cannot write: " + cause.getMessage(), cause);
    }
  }
}
