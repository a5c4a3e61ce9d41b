package io.slipway.builder.config;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of an image's history.
 *
 * @param created when, or null
 * @param createdBy the instruction, as {@code /bin/sh -c #(nop) CMD ["node"]}
 * @param comment a remark, or null
 * @param emptyLayer whether it has no layer of its own
 */
public record HistoryEntry(
    @Nullable Instant created, String createdBy, @Nullable String comment, boolean emptyLayer) {}
