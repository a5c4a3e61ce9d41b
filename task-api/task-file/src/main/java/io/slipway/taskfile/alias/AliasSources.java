package io.slipway.taskfile.alias;

import java.io.IOException;

/**
 * Gives the text of what {@code alias: src:} names: a local file, relative to the working folder,
 * or an address. The implementation decides what may be read; an address has 2 seconds.
 */
@FunctionalInterface
public interface AliasSources {
  /** Refuses every source by name. */
  AliasSources NONE =
      source -> {
        throw new IOException("open " + source + ": alias sources cannot be read here");
      };

  /** Text of a source; the message of the exception says what is wrong, naming the source. */
  String read(String source) throws IOException;
}
