package io.slipway.registry.store;

import java.util.List;

/**
 * What may be done with a repository, tag or manifest: ACR's changeable attributes.
 *
 * @param deleteEnabled whether it may be deleted
 * @param writeEnabled whether it may be changed or deleted
 * @param readEnabled whether it may be pulled
 * @param listEnabled whether lists show it
 * @see <a
 *     href="https://learn.microsoft.com/azure/container-registry/container-registry-image-lock">
 *     locked images</a>
 */
public record Attributes(
    boolean deleteEnabled, boolean writeEnabled, boolean readEnabled, boolean listEnabled) {
  /** What holds for whatever nobody has locked. */
  public static final Attributes ALL = new Attributes(true, true, true, true);

  /** A lock of either kind keeps an item. */
  public boolean mayBeDeleted() {
    return deleteEnabled && writeEnabled;
  }

  static Attributes parse(String text) {
    List<String> on = List.of(text.split(" "));
    return new Attributes(
        on.contains("delete"), on.contains("write"), on.contains("read"), on.contains("list"));
  }

  String text() {
    return (deleteEnabled ? "delete " : "")
        + (writeEnabled ? "write " : "")
        + (readEnabled ? "read " : "")
        + (listEnabled ? "list" : "");
  }
}
