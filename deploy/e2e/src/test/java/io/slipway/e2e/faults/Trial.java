package io.slipway.e2e.faults;

import java.time.Duration;

/** A load, a fault in the middle of it, and the judgement when both are over. */
final class Trial {
  /** Something that is done to the platform under load. */
  @FunctionalInterface
  interface Fault {
    void strike() throws Exception;
  }

  private static final Duration BEFORE = Duration.ofSeconds(3);
  private static final Duration AFTER = Duration.ofSeconds(3);
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Stage stage;
  private final String name;
  private boolean events = true;
  private boolean failuresAllowed;

  Trial(Stage stage, String name) {
    this.stage = stage;
    this.name = name;
  }

  /** A trial whose fault deletes requests that are in Kafka alone: the load comes by HTTP. */
  Trial withoutEvents() {
    events = false;
    return this;
  }

  /** A trial whose fault takes away what steps need; a run may fail for that, once. */
  Trial allowingFailures() {
    failuresAllowed = true;
    return this;
  }

  Outcome of(Fault fault) throws Exception {
    long seed = stage.random().nextLong();
    System.out.println("faults: " + name + " begins, seed of its load " + seed);
    Load load = events ? Load.begin(stage, seed) : Load.beginByHttp(stage, seed);
    Checker checker = new Checker(stage, load);
    if (failuresAllowed) {
      checker.allowFailures();
    }
    Thread looks =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (true) {
                  checker.noteStates();
                  Thread.sleep(LOOK);
                }
              } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      Thread.sleep(BEFORE);
      fault.strike();
      Thread.sleep(AFTER);
    } finally {
      looks.interrupt();
      looks.join();
      load.stop();
    }
    stage.parts().awaitReady();
    return checker.judge(name);
  }
}
