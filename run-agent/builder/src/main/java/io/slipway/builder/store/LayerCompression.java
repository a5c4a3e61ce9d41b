package io.slipway.builder.store;

import com.github.luben.zstd.ZstdInputStream;
import io.slipway.builder.config.MalformedImageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Unzips a layer by what its first bytes are; media types are not always right about it. */
final class LayerCompression {
  private static final int BUFFER = 1 << 17;

  private LayerCompression() {}

  static InputStream open(InputStream blob, String digest) throws IOException {
    BufferedInputStream in = new BufferedInputStream(blob, BUFFER);
    in.mark(4);
    byte[] start = in.readNBytes(4);
    in.reset();
    if (starts(start, 0x1f, 0x8b)) {
      try {
        return new ReadAheadInputStream(new GZIPInputStream(in, BUFFER));
      } catch (ZipException e) {
        throw new MalformedImageException("The layer " + digest + " is no correct gzip file", e);
      }
    }
    if (starts(start, 0x28, 0xb5, 0x2f, 0xfd)) {
      return new ReadAheadInputStream(new ZstdInputStream(in));
    }
    return in;
  }

  private static boolean starts(byte[] bytes, int... expected) {
    if (bytes.length < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if ((bytes[i] & 0xff) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
