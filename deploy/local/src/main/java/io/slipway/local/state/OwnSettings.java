package io.slipway.local.state;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Settings of the platform's owner beyond those that the platform sets itself: a properties file
 * per service, written by the owner and only read by the platform.
 *
 * @param folder folder of the files
 */
public record OwnSettings(Path folder) {

  /**
   * Settings of a service; none without a file.
   *
   * @param service for example {@code task-api}, or {@code run-agent} for all agents
   * @throws LocalException if the file is there and cannot be read
   */
  public Map<String, String> of(String service) {
    Path file = folder.resolve(service + ".properties");
    Map<String, String> settings = new TreeMap<>();
    if (!Files.exists(file)) {
      return settings;
    }
    Properties properties = new Properties();
    try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(text);
    } catch (IOException | IllegalArgumentException malformed) {
      throw new LocalException(
          file + " cannot be read as properties: " + malformed.getMessage(), malformed);
    }
    properties.forEach((key, value) -> settings.put((String) key, (String) value));
    return settings;
  }

  /**
   * The settings of a service, with its owner's instead of the platform's. Only what an owner opens
   * is besides what the platform opens: its own registries.
   */
  public Map<String, String> over(Map<String, String> platform, String service) {
    Map<String, String> all = new TreeMap<>(platform);
    of(service)
        .forEach((key, own) ->
            all.merge(
                key,
                own,
                (given, owners) -> key.endsWith(".open-networks") ? given + "," + owners : owners));
    return all;
  }
}
