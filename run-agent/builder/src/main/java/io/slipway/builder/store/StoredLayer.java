package io.slipway.builder.store;

/**
 * A layer that the store has.
 *
 * @param digest digest of its blob
 * @param size bytes of its blob
 * @param mediaType media type of its blob
 * @param diffId digest of its unpacked tar
 */
public record StoredLayer(String digest, long size, String mediaType, String diffId) {}
