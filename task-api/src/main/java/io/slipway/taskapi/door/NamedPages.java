package io.slipway.taskapi.door;

import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.store.NamedRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Lists of resources by name as ARM has them: a page, and the address of the next. */
@ApplicationScoped
class NamedPages {
  private static final int LONGEST_NAME = 200;

  private final String publicUrl;

  NamedPages(@ConfigProperty(name = "slipway.public-url") String publicUrl) {
    this.publicUrl = publicUrl;
  }

  /** Name after which a page begins. */
  static String after(@Nullable String skipToken) {
    return skipToken == null || skipToken.length() > LONGEST_NAME ? "" : skipToken;
  }

  /**
   * A page.
   *
   * @param list ARM id of the list
   */
  <T> Page<T> page(String list, NamedRows.Slice<?> slice, List<T> views) {
    String next =
        publicUrl + list + "?$skipToken=" + URLEncoder.encode(slice.next(), StandardCharsets.UTF_8);
    return new Page<>(views, slice.next().isEmpty() ? null : next);
  }
}
