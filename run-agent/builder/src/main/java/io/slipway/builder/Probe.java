package io.slipway.builder;

import org.jspecify.annotations.Nullable;

/**
 * One thing that was tried on this machine.
 *
 * @param subject what was tried, for example {@code overlayfs} or {@code launcher runc}
 * @param works whether it did what it should
 * @param required whether the engine cannot build a Dockerfile with RUN without it
 * @param detail what was seen: a version, or the error
 * @param remedy what a person can do about it, or null if it works
 */
public record Probe(
    String subject, boolean works, boolean required, String detail, @Nullable String remedy) {}
