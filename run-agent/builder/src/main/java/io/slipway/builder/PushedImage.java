package io.slipway.builder;

/**
 * What a registry now has.
 *
 * @param digest digest of the manifest or index
 * @param mediaType its media type
 * @param size its size in bytes
 */
public record PushedImage(String digest, String mediaType, long size) {}
