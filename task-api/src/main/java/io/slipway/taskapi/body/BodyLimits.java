package io.slipway.taskapi.body;

/** How large what people send may be. Longer texts are refused by name, never cut. */
final class BodyLimits {
  /** Names, paths, addresses and other fields that are not listed here. */
  static final int TEXT = 4_096;

  /** A value of a task file or an argument of a build: a chain of certificates fits. */
  static final int VALUE = 65_536;

  /** A task file or a file of values in base64. */
  static final int FILE = 256 * 1_024;

  static final int VALUES = 500;
  static final int LIST = 200;
  static final int REGISTRIES = 100;

  /** Timers of a task. */
  static final int TIMERS = 50;

  /** Source triggers of a task. */
  static final int SOURCES = 20;

  /** Each is a principal that a run may act as. */
  static final int IDENTITIES = 50;

  // As in ARM.
  static final int TAGS = 50;
  static final int TAG_NAME = 512;
  static final int TAG_VALUE = 256;

  private BodyLimits() {}
}
