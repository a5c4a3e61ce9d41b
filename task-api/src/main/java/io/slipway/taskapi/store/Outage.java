package io.slipway.taskapi.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.slipway.identity.client.jwt.KeysUnavailableException;
import io.slipway.taskapi.http.Upstream;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RetriableException;

/** Tells failures that pass by themselves from those that a repetition does not cure. */
public final class Outage {
  /** Connection, rollback, resources, locks, operator intervention, system error. */
  private static final Set<String> CLASSES = Set.of("08", "40", "53", "55", "57", "58");

  /** A lock did not come within {@code lock_timeout}. */
  private static final String LOCK = "55P03";

  private Outage() {}

  /** Whether the same work may succeed later. */
  public static boolean is(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PgException pg) {
        return pg.getSqlState() != null && CLASSES.contains(pg.getSqlState().substring(0, 2));
      }
      if (cause instanceof Upstream upstream) {
        return upstream.isUnavailable();
      }
      if (isOfContent(cause)) {
        return false;
      }
      if (cause instanceof IOException
          || cause instanceof TimeoutException
          || cause instanceof KeysUnavailableException
          || cause instanceof RetriableException
          || cause instanceof VertxException
          || cause instanceof NoStackTraceThrowable) {
        return true;
      }
    }
    return false;
  }

  /** What whoever must try again is told. */
  public static String message(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PgException pg && LOCK.equals(pg.getSqlState())) {
        return "Something that this needs is locked by another request, which did not end in time. Try again.";
      }
    }
    return "The database is not available. Try again.";
  }

  /** What Java calls input and output, too, though no connection is at fault. */
  private static boolean isOfContent(Throwable cause) {
    return cause instanceof JsonProcessingException
        || cause instanceof CharacterCodingException
        || cause instanceof FileSystemException;
  }
}
