package io.slipway.identity.client.database;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import io.vertx.sqlclient.impl.command.CommandResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection to PostgreSQL that owes an answer for too long. It sits between the client
 * and its codec, where each message is a command or the answer to one, and answers come in order:
 * silence since the last answer is the time that the next one takes.
 *
 * <p>Time is counted in ticks of a clock that runs while something is owed. So a statement costs
 * nothing, and a pause of this process is one late tick: what came meanwhile is read before the
 * next.
 */
final class AnswerDeadline extends ChannelDuplexHandler {
  private static final Logger LOG = System.getLogger(AnswerDeadline.class.getName());

  private static final int TICKS = 4;

  /**
   * Seconds, seconds and a number: an idle connection whose network is gone goes in half a minute.
   */
  private static final Map<SocketOption<Integer>, Integer> KEEP_ALIVE =
      Map.of(
          ExtendedSocketOptions.TCP_KEEPIDLE, 15,
          ExtendedSocketOptions.TCP_KEEPINTERVAL, 5,
          ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

  private final SocketConnectionBase connection;
  private final Duration limit;

  // Used by the connection's event loop alone.
  private @Nullable Future<?> clock;
  private int ticks;

  /**
   * The failures of what was under way when the connection was closed. The pool hears of that
   * first: else whoever waited gives the connection back, and the next one gets it.
   */
  private final List<CommandResponse<?>> owed = new ArrayList<>();

  private AnswerDeadline(SocketConnectionBase connection, Duration limit) {
    this.connection = connection;
    this.limit = limit;
  }

  /** The connection, which from now on is closed when an answer takes longer than the limit. */
  static SqlConnection watching(SqlConnection opened, Duration limit) {
    SocketConnectionBase connection =
        (SocketConnectionBase) ((SqlConnectionInternal) opened).unwrap();
    ChannelHandlerContext last = connection.socket().channelHandlerContext();
    last.pipeline()
        .addBefore(last.name(), "answer-deadline", new AnswerDeadline(connection, limit));
    if (last.channel() instanceof NioSocketChannel channel) {
      KEEP_ALIVE.forEach(
          (option, value) -> channel.config().setOption(NioChannelOption.of(option), value));
    }
    return opened;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    super.write(context, message, promise);
    if (clock == null) {
      ticks = 0;
      long tick = limit.toMillis() / TICKS;
      clock =
          context
              .executor()
              .scheduleWithFixedDelay(() -> tick(context), tick, tick, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ticks = 0;
    if (message instanceof CommandResponse<?> failure && !context.channel().isActive()) {
      owed.add(failure);
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stop();
    context.fireChannelInactive();
    owed.forEach(failure -> connection.context().runOnContext(next -> failure.fire()));
  }

  private void tick(ChannelHandlerContext context) {
    if (connection.inflight() == 0) {
      stop();
    } else if (++ticks > TICKS) {
      stop();
      LOG.log(
          Level.WARNING,
          "PostgreSQL''s process {0} has not answered for more than {1} ms;"
              + " the connection to it is closed",
          Integer.toString(connection.getProcessId()),
          Long.toString(limit.toMillis()));
      // Below the codec, which would only take leave and wait for the server to hang up.
      ChannelFuture unused = context.pipeline().firstContext().close();
    }
  }

  private void stop() {
    Future<?> running = clock;
    clock = null;
    if (running != null) {
      running.cancel(false);
    }
  }
}
