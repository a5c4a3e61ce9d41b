package io.slipway.local.part;

import io.slipway.infra.ChildProcess;

/** One program of the platform that is kept running. */
public interface Part {

  /** Its name in logs, messages and file names. */
  String name();

  /**
   * Starts the program and waits until it is ready; if it does not become ready, nothing of it is
   * left.
   */
  ChildProcess start();
}
