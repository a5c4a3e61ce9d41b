package io.slipway.simulation;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./slipway bench simulate}: plays many seeds, or one again with its story. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = "Plays the protocol of runs under faults, in simulated time.")
public final class Simulate implements Callable<Integer> {
  private static final long TELL_EVERY = 10_000;

  @Option(
      names = "--seeds",
      defaultValue = "100000",
      description = "How many seeds are played. Default: ${DEFAULT-VALUE}.")
  private long seeds;

  @Option(
      names = "--first",
      defaultValue = "1",
      description = "The first of them. Default: ${DEFAULT-VALUE}.")
  private long first;

  @Option(
      names = "--seed",
      description = "Plays this one alone and tells what happens in it, broken or not.")
  private @Nullable Long seed;

  private Simulate() {}

  /** Plays what the arguments say; the exit code is 1 if a promise was broken. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Simulate()).execute(arguments));
  }

  @Override
  public Integer call() {
    if (seed != null) {
      System.out.println(Simulation.tell(seed));
      return Simulation.play(seed).isPresent() ? 1 : 0;
    }
    long begun = System.nanoTime();
    AtomicLong played = new AtomicLong();
    AtomicReference<Simulation.@Nullable Failure> broken = new AtomicReference<>();
    LongStream.range(first, first + seeds)
        .parallel()
        .takeWhile(one -> broken.get() == null)
        .forEach(one -> {
          Simulation.play(one).ifPresent(failure -> broken.compareAndSet(null, failure));
          long done = played.incrementAndGet();
          if (done % TELL_EVERY == 0) {
            System.out.printf("%,d seeds played%n", done);
          }
        });
    Simulation.Failure failure = broken.get();
    if (failure != null) {
      System.out.println(failure);
      System.out.printf("Play it again: ./slipway bench simulate --seed %d%n", failure.seed());
      return 1;
    }
    System.out.printf(
        "%,d seeds from %d on: no promise broken, in %.1f s%n",
        played.get(), first, (System.nanoTime() - begun) / 1e9);
    return 0;
  }
}
