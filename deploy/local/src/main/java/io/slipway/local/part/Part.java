package io.slipway.local.part;

import io.slipway.infra.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;

/** One program of the platform that is kept running. */
public interface Part {

  /** Its name in logs, messages and file names. */
  String name();

  /**
   * Starts the program and waits until it is ready; if it does not become ready, nothing of it is
   * left.
   */
  ChildProcess start();

  /**
   * Makes what later starts of the same program are quicker with, unless it is there; takes a
   * while.
   *
   * @param log file of the output
   * @throws IOException if it cannot be made; without it they are slower, that is all
   */
  default void quicken(Path log) throws IOException {}
}
