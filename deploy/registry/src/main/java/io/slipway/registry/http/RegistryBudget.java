package io.slipway.registry.http;

import io.slipway.registry.store.RegistryStore;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * What one registry may take of the machine, so that its clients leave the others their part:
 * requests at a time, uploads at a time, uploads that are not ended, and bytes on the disk.
 */
final class RegistryBudget {
  private final RegistryStore store;
  private final Limits limits;
  private final Semaphore requests;
  private final Semaphore uploads;

  /** Bytes that are taken, or -1 before they are counted. */
  private long used = -1;

  /** Uploads that were begun and not ended, or -1 before they are counted. */
  private long sessions = -1;

  /**
   * Limits of each registry.
   *
   * @param requests requests at a time; one lasts until its answer has been sent
   * @param uploads requests at a time that bring content
   * @param sessions uploads that were begun and not ended, with content or without
   * @param bytes all that it has and all that is being uploaded to it; 0 for no limit
   */
  record Limits(int requests, int uploads, int sessions, long bytes) {}

  RegistryBudget(RegistryStore store, Limits limits) {
    this.store = store;
    this.limits = limits;
    this.requests = new Semaphore(limits.requests());
    this.uploads = new Semaphore(limits.uploads());
  }

  /** Begins a request; refuses it if there are too many. */
  void beginRequest() {
    if (!requests.tryAcquire()) {
      throw RegistryProblem.tooMany(limits.requests() + " requests");
    }
  }

  void endRequest() {
    requests.release();
  }

  /** Begins to take in content; refuses it if too much comes in already. */
  void beginUpload() {
    if (!uploads.tryAcquire()) {
      throw RegistryProblem.tooMany(limits.uploads() + " uploads");
    }
  }

  void endUpload() {
    uploads.release();
  }

  /** Begins an upload that others may go on with; refuses it if there are too many. */
  void beginSession() throws IOException {
    if (!areSessionsCounted()) {
      recountSessions();
    }
    takeSession();
  }

  private synchronized boolean areSessionsCounted() {
    return sessions >= 0;
  }

  private void recountSessions() throws IOException {
    long counted = store.uploads();
    synchronized (this) {
      sessions = counted;
    }
  }

  private synchronized void takeSession() {
    if (sessions >= limits.sessions()) {
      throw new RegistryProblem(
          429,
          "TOOMANYREQUESTS",
          "the registry has %d uploads that were begun and not ended; end or cancel some of them, or try again when they are old enough to be deleted"
              .formatted(limits.sessions()));
    }
    sessions++;
  }

  /** An upload is over: its file is gone. */
  synchronized void endSession() {
    sessions = Math.max(0, sessions - 1);
  }

  /** Counts what the registry has, unless that is known; reads folders, so not on an event loop. */
  void count() throws IOException {
    if (limits.bytes() > 0 && !isCounted()) {
      recount();
    }
  }

  private synchronized boolean isCounted() {
    return used >= 0;
  }

  /** Counts again: what was deleted comes back, what was counted twice is put right. */
  void recount() throws IOException {
    if (areSessionsCounted()) {
      recountSessions();
    }
    if (limits.bytes() > 0) {
      long counted = store.bytes();
      synchronized (this) {
        used = counted;
      }
    }
  }

  /** Takes bytes, or refuses them all; {@link #count} comes first. */
  synchronized void take(long bytes) {
    if (limits.bytes() > 0 && used + bytes > limits.bytes()) {
      throw new RegistryProblem(
          403,
          "DENIED",
          "the registry may have %d bytes and has no room for these; delete images, their space comes back after the grace time"
              .formatted(limits.bytes()));
    }
    used += bytes;
  }

  synchronized void giveBack(long bytes) {
    used = Math.max(0, used - bytes);
  }
}
