package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.RegistryPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a load on one registry does to the process that serves it, and to the clients of another
 * one, who push and pull small images meanwhile.
 */
final class LoadWatch implements AutoCloseable {
  private static final String REPOSITORY = "load/beside";
  private static final int SMALL = 10_000;

  private final Stage stage;
  private final long pid;
  private final Thread neighbour;
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();
  private final AtomicReference<Throwable> refused = new AtomicReference<>();

  private LoadWatch(Stage stage, RegistryPeer other) throws IOException {
    this.stage = stage;
    this.pid = stage.parts().process("registry").pid();
    Files.writeString(proc("clear_refs"), "5"); // the peak begins anew
    this.neighbour = Thread.ofVirtual().start(() -> goOn(other));
  }

  /** Begins to watch; the clients beside are those of the named registry. */
  static LoadWatch begin(Stage stage, String other) throws IOException {
    return new LoadWatch(stage, new RegistryPeer(stage.platform(), other));
  }

  private void goOn(RegistryPeer other) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        long began = System.nanoTime();
        String tag = Integer.toString(served.get());
        other.push(REPOSITORY, tag, SMALL);
        other.pull(REPOSITORY, tag);
        served.incrementAndGet();
        slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
        Thread.sleep(200);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | AssertionError failed) {
      refused.set(failed);
    }
  }

  /** The process lived through it within its memory, and those beside were served. */
  void judge(String what, long mostMib) throws IOException {
    long peak = peakMib();
    System.out.printf(
        "faults: %s: the registry had %d MiB at most; %d images beside, the slowest took %d ms%n",
        what, peak, served.get(), slowest.get() / 1_000_000);
    assertThat(refused.get()).as("what somebody else's client heard").isNull();
    assertThat(served.get()).as("images of somebody else meanwhile").isPositive();
    assertThat(stage.parts().process("registry").pid()).as("the registry's process").isEqualTo(pid);
    assertThat(stage.platform().slipway("status").exitCode()).as("all parts are ready").isZero();
    assertThat(peak).as("MiB of the registry's process").isLessThan(mostMib);
  }

  private long peakMib() throws IOException {
    return Files.readAllLines(proc("status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(pid), file);
  }

  @Override
  public void close() throws InterruptedException {
    neighbour.interrupt();
    neighbour.join();
  }
}
