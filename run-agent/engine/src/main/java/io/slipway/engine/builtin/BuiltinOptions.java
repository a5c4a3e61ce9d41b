package io.slipway.engine.builtin;

import io.slipway.engine.builtin.sandbox.LauncherChoice;
import java.nio.file.Path;
import java.util.List;

/**
 * Settings of the engine.
 *
 * @param folder folder of images, caches and scratch files; this process's alone
 * @param launchers launchers to try, in this order
 * @param privilegedAllowed whether steps may ask for all rights
 * @param privateAddressesAllowed whether ADD may fetch from this machine and private networks
 * @param storeLimitBytes most bytes of the image store after a run
 */
public record BuiltinOptions(
    Path folder,
    List<String> launchers,
    boolean privilegedAllowed,
    boolean privateAddressesAllowed,
    long storeLimitBytes) {
  private static final long STORE_LIMIT = 20L << 30;

  /** All launchers, nothing else allowed, 20 GiB. */
  public static BuiltinOptions in(Path folder) {
    return new BuiltinOptions(folder, LauncherChoice.ALL, false, false, STORE_LIMIT);
  }
}
