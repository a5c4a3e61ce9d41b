package io.slipway.identity.client.database;

import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * Tells a database that is away for a while from a failure that a repetition does not cure. Pure.
 */
public final class Outage {
  /** SQLSTATE classes: connection, rollback, resources, locks, operator intervention, system. */
  private static final Set<String> CLASSES = Set.of("08", "40", "53", "55", "57", "58");

  private Outage() {}

  /** Whether the same work may succeed later. */
  public static boolean is(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PgException pg) {
        return pg.getSqlState() != null && CLASSES.contains(pg.getSqlState().substring(0, 2));
      }
      if (cause instanceof IOException
          || cause instanceof TimeoutException
          || cause instanceof VertxException
          || cause instanceof NoStackTraceThrowable) {
        return true;
      }
    }
    return false;
  }
}
