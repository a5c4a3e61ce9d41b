package io.slipway.bench.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * What of the project, of its libraries and which threads the samples of a recording belong to: the
 * hottest methods of a service are spread too thin to say it.
 */
final class HotFrames {
  private static final int MOST = 15;

  /** Packages whose share tells something, the most telling first. */
  private static final List<String> AREAS =
      List.of(
          "org.hibernate",
          "org.flywaydb",
          "io.vertx.pgclient",
          "io.vertx.sqlclient",
          "org.apache.kafka",
          "io.smallrye.reactive.messaging",
          "io.smallrye.jwt",
          "org.jose4j",
          "com.nimbusds",
          "com.fasterxml.jackson",
          "org.jboss.resteasy",
          "io.quarkus.vertx.http",
          "io.vertx.ext.web",
          "io.vertx.core.http",
          "jdk.internal.net.http",
          "io.smallrye.mutiny",
          "io.micrometer",
          "io.netty",
          "sun.security",
          "com.sun.crypto",
          "java.math",
          "java.util.concurrent");

  private final Map<String, Integer> own = new HashMap<>();
  private final Map<String, Integer> areas = new HashMap<>();
  private final Map<String, Integer> threads = new HashMap<>();
  private int samples;

  private HotFrames() {}

  /** Reads a recording; answers shares as text. */
  static String of(Path recording) throws IOException {
    HotFrames frames = new HotFrames();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        boolean sample = event.getEventType().getName().equals("jdk.ExecutionSample");
        if (sample && event.getStackTrace() != null) {
          frames.add(event);
        }
      }
    }
    return frames.text("by the project's method nearest to the top", frames.own)
        + frames.text("by library (a sample may count for several)", frames.areas)
        + frames.text("by thread", frames.threads);
  }

  private void add(RecordedEvent event) {
    samples++;
    List<String> methods = event.getStackTrace().getFrames().stream().map(HotFrames::name).toList();
    Optional<String> first =
        methods.stream().filter(method -> method.startsWith("io.slipway.")).findFirst();
    own.merge(first.orElse("(only library code)"), 1, Integer::sum);
    for (String area : AREAS) {
      if (methods.stream().anyMatch(method -> method.startsWith(area + "."))) {
        areas.merge(area, 1, Integer::sum);
      }
    }
    String thread =
        event.getThread("sampledThread") == null
            ? "?"
            : String.valueOf(event.getThread("sampledThread").getJavaName());
    threads.merge(thread.replaceAll("[0-9]+", "N"), 1, Integer::sum);
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  private String text(String title, Map<String, Integer> counts) {
    StringBuilder text = new StringBuilder("Samples " + title + ", of " + samples + ":\n");
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
        .limit(MOST)
        .forEach(entry ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%6.1f %%  %s%n",
                    100.0 * entry.getValue() / samples,
                    entry.getKey())));
    return text.toString();
  }
}
