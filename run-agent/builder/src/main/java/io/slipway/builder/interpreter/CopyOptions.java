package io.slipway.builder.interpreter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How {@code COPY} and {@code ADD} copy.
 *
 * @param owner owner of all that is copied, or null to keep the source's
 * @param mode permission bits of all that is copied, or -1 to keep the source's
 * @param parents whether folders of the source's path are made too
 * @param exclude patterns of what is left out
 */
record CopyOptions(@Nullable Owner owner, int mode, boolean parents, List<String> exclude) {
  /** Numbers of a user and a group. */
  record Owner(long uid, long gid) {}
}
