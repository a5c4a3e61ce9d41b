package io.slipway.builder.store;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Where a blob comes from, for example a repository and the credential of one run.
 *
 * @param <E> what else can go wrong there
 */
public interface BlobFetch<E extends Exception> {

  /** Name of the place, as {@code 127.0.0.1:8453/baseimages/node}. */
  String origin();

  /**
   * Whether the place has the blob and the caller may read it; asked when the store has it already
   * from somewhere else, so that no run reads blobs of others by knowing their digests.
   */
  boolean exists() throws E, InterruptedException;

  /** Writes the blob's bytes; they are verified by the store. */
  void writeTo(OutputStream out) throws IOException, E, InterruptedException;
}
