package io.slipway.builder;

/**
 * A network of a run.
 *
 * @param name name, unique within the run
 * @param driver {@code bridge}
 * @param ipv6 whether it has IPv6 addresses too
 */
public record NetworkSpec(String name, String driver, boolean ipv6) {}
