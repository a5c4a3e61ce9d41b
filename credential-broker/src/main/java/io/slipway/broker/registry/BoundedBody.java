package io.slipway.broker.registry;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.codec.BodyCodec;
import io.vertx.ext.web.codec.spi.BodyStream;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, in memory up to a bound. Whoever writes a task names registries, so one
 * that never stops sending must not fill the broker's memory.
 */
public final class BoundedBody implements BodyStream<Buffer> {
  /** In bytes; answers with tokens have some thousands. */
  private static final int LARGEST = 1 << 20;

  /** An answer that comes a byte at a time ends, too. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final long beganNanos = System.nanoTime();
  private final Buffer body = Buffer.buffer();
  private final Promise<Buffer> result = Promise.promise();

  private BoundedBody() {}

  /** Collects each answer anew. */
  public static BodyCodec<Buffer> codec() {
    return handler -> handler.handle(Future.succeededFuture(new BoundedBody()));
  }

  /** A registry answered with more than anybody reads. */
  public static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException() {
      super("its answer is larger than " + LARGEST + " bytes");
    }
  }

  @Override
  public Future<Void> write(Buffer data) {
    boolean fits = body.length() + data.length() <= LARGEST;
    if (!fits || System.nanoTime() - beganNanos > LONGEST.toNanos()) {
      IOException tooMuch =
          fits
              ? new IOException("its answer takes longer than " + LONGEST.toSeconds() + " seconds")
              : new TooLargeException();
      result.tryFail(tooMuch);
      return Future.failedFuture(tooMuch);
    }
    body.appendBuffer(data);
    return Future.succeededFuture();
  }

  @Override
  public void write(Buffer data, @Nullable Handler<AsyncResult<Void>> handler) {
    Future<Void> written = write(data);
    if (handler != null) {
      written.onComplete(handler);
    }
  }

  @Override
  public void end(@Nullable Handler<AsyncResult<Void>> handler) {
    result.tryComplete(body);
    if (handler != null) {
      handler.handle(Future.succeededFuture());
    }
  }

  @Override
  public Future<Buffer> result() {
    return result.future();
  }

  @Override
  public void handle(Throwable failure) {
    result.tryFail(failure);
  }

  @Override
  public BoundedBody exceptionHandler(@Nullable Handler<Throwable> handler) {
    return this;
  }

  @Override
  public BoundedBody setWriteQueueMaxSize(int size) {
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return false;
  }

  @Override
  public BoundedBody drainHandler(@Nullable Handler<Void> handler) {
    return this;
  }
}
