package io.slipway.local.part;

import io.slipway.infra.ChildProcess;

/** One program of the platform that is kept running. */
public interface Part {

  /** Its name in logs, messages and file names. */
  String name();

  /**
   * Starts the program and waits until it is ready; nothing of it is left if it does not get so.
   */
  ChildProcess start();
}
