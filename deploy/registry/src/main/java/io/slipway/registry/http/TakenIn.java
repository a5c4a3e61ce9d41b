package io.slipway.registry.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/** A file that content is written to as long as its registry has room for it. */
final class TakenIn implements WriteStream<Buffer> {
  private final AsyncFile file;
  private final RegistryBudget budget;

  TakenIn(AsyncFile file, RegistryBudget budget) {
    this.file = file;
    this.budget = budget;
  }

  @Override
  public Future<Void> write(Buffer piece) {
    try {
      budget.take(piece.length());
    } catch (RegistryProblem full) {
      return Future.failedFuture(full);
    }
    return file.write(piece);
  }

  @Override
  public void write(Buffer piece, Handler<AsyncResult<Void>> handler) {
    write(piece).onComplete(handler);
  }

  @Override
  public void end(Handler<AsyncResult<Void>> handler) {
    file.end(handler);
  }

  @Override
  public TakenIn setWriteQueueMaxSize(int most) {
    file.setWriteQueueMaxSize(most);
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return file.writeQueueFull();
  }

  @Override
  public TakenIn drainHandler(@Nullable Handler<Void> handler) {
    file.drainHandler(handler);
    return this;
  }

  @Override
  public TakenIn exceptionHandler(@Nullable Handler<Throwable> handler) {
    file.exceptionHandler(handler);
    return this;
  }
}
