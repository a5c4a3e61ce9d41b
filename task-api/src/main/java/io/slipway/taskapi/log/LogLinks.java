package io.slipway.taskapi.log;

import io.slipway.taskapi.http.SignedLinks;
import io.slipway.taskapi.run.course.Run;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Links that open one log, for reading: a path in the style of blob storage, signed. The run is
 * named by its uid too, as {@code si}: a registry that is made again gives the same run ids. Whose
 * link it is, {@code skoid} says: it is good as long as that principal may read the log. One for a
 * run that goes on lives as long as clients may follow it, one for a run that is over not as long.
 */
@ApplicationScoped
public class LogLinks {
  private static final String PURPOSE = "log";

  private final SignedLinks links;
  private final String publicUrl;
  private final Duration life;
  private final Duration lifeOfEnded;

  LogLinks(
      SignedLinks links,
      @ConfigProperty(name = "slipway.public-url") String publicUrl,
      @ConfigProperty(name = "slipway.log.link-life", defaultValue = "PT12H") Duration life,
      @ConfigProperty(name = "slipway.log.ended-link-life", defaultValue = "PT1H")
          Duration lifeOfEnded) {
    this.links = links;
    this.publicUrl = publicUrl;
    this.life = life;
    this.lifeOfEnded = lifeOfEnded;
  }

  /**
   * What a link names, in its path and its query.
   *
   * @param uid of the run
   * @param reader principal that it was made for
   */
  public record Named(
      String registry,
      String runId,
      @Nullable String uid,
      @Nullable String reader,
      @Nullable String expires,
      @Nullable String signature) {}

  /**
   * A new link to the log of a run.
   *
   * @param reader principal that asks for it, and may read the log
   * @param over whether the run is
   */
  public String link(Run.Key run, String reader, boolean over) {
    Duration shortest = lifeOfEnded.compareTo(life) < 0 ? lifeOfEnded : life;
    return "%s/slipwaylogs.blob.local/logs-%s/%s/rawtext.log?si=%s&skoid=%s&%s"
        .formatted(
            publicUrl,
            run.registry(),
            run.runId(),
            run.uid(),
            reader,
            links.query(
                PURPOSE,
                "r",
                over ? shortest : life,
                lower(run.registry()),
                lower(run.runId()),
                run.uid().toString(),
                reader));
  }

  /** The run whose log a link names; empty if its signature is not good, or it has expired. */
  public Optional<UUID> opened(Named link) {
    return link.uid() != null
            && link.reader() != null
            && links.isGood(
                PURPOSE,
                link.expires(),
                link.signature(),
                lower(link.registry()),
                lower(link.runId()),
                link.uid(),
                link.reader())
        ? Optional.of(UUID.fromString(link.uid()))
        : Optional.empty();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
