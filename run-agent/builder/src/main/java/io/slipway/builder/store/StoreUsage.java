package io.slipway.builder.store;

/**
 * What the store takes on disk.
 *
 * @param blobBytes bytes of blobs
 * @param layerBytes bytes of unpacked layers
 * @param leasedBytes how much of both is in use and cannot be deleted now
 * @param blobs number of blobs
 * @param layers number of unpacked layers
 */
public record StoreUsage(long blobBytes, long layerBytes, long leasedBytes, int blobs, int layers) {
  /** All bytes. */
  public long totalBytes() {
    return blobBytes + layerBytes;
  }
}
