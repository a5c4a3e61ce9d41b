package io.slipway.taskapi.source.blob;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;

/** How uploaded source is named: {@code source/<day>0000/<id>.tar.gz}, as in ACR. */
public final class SourcePath {
  private static final Pattern FORM =
      Pattern.compile(
          "/?source/[0-9]{12}/"
              + "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\\.tar\\.gz");
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyyMMdd'0000'").withZone(ZoneOffset.UTC);

  private SourcePath() {}

  /** Path of a new source. */
  public static String of(UUID id, Instant now) {
    return "source/" + DAY.format(now) + "/" + id + ".tar.gz";
  }

  /** Id of the source with this path, or empty for another text. */
  public static Optional<UUID> id(String path) {
    Matcher match = FORM.matcher(path);
    return match.matches() ? Optional.of(UUID.fromString(match.group(1))) : Optional.empty();
  }
}
