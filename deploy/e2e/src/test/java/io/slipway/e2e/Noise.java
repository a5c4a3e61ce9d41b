package io.slipway.e2e;

import java.io.InputStream;
import java.util.SplittableRandom;

/** Bytes that nobody can compress, different each time, made while they are read. */
final class Noise extends InputStream {
  private final SplittableRandom random = new SplittableRandom();
  private final byte[] made = new byte[1 << 16];
  private final long size;
  private long left;
  private int next = made.length;

  Noise(long size) {
    this.size = size;
    this.left = size;
  }

  long size() {
    return size;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (left == 0) {
      return -1;
    }
    if (next == made.length) {
      random.nextBytes(made);
      next = 0;
    }
    int count = (int) Math.min(Math.min(length, made.length - next), left);
    System.arraycopy(made, next, target, offset, count);
    next += count;
    left -= count;
    return count;
  }
}
