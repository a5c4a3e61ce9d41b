package io.slipway.taskapi.webhook;

/** What queues events of runs, for tests of other packages. */
public final class TestWebhooks {
  private TestWebhooks() {}

  public static QueueRunEvents queue() {
    return new QueueRunEvents("https://localhost:8443", "s");
  }
}
