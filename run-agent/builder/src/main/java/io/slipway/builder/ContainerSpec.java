package io.slipway.builder;

import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.ContainerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container to run.
 *
 * @param name name within the run and host name on its network
 * @param image the image
 * @param arguments arguments; empty takes the image's command
 * @param options environment, user, network, ports and rights, as the step has them; what they say
 *     of folders, volumes and processors is in the components below
 * @param workingDirectory absolute folder in the container, or null for the image's own
 * @param mounts read-only folders of the agent by absolute path in the container, in the order of
 *     mounting, besides {@code /workspace}
 * @param limits what it may take of the machine
 */
public record ContainerSpec(
    String name,
    ImageReference image,
    List<String> arguments,
    ContainerOptions options,
    @Nullable String workingDirectory,
    Map<String, Path> mounts,
    Limits limits) {
  public ContainerSpec {
    arguments = List.copyOf(arguments);
  }

  /** Program in place of the image's entry point, or null. */
  public @Nullable String entryPoint() {
    return options.entryPoint();
  }

  /** Environment, over the image's. */
  public Map<String, String> env() {
    return options.env();
  }

  /** User in place of the image's, or null. */
  public @Nullable String user() {
    return options.user();
  }

  /**
   * Name of a network of the run, {@code none}, {@code host} (refused unless the agent allows it),
   * or null for none declared.
   */
  public @Nullable String network() {
    return options.network().name();
  }

  /**
   * Ports published on the agent's loopback, as {@code 8080:80} or {@code 80}, with {@code /udp}
   * behind it where it is not TCP.
   */
  public List<String> ports() {
    return options.network().ports();
  }

  /** Ports to expose. */
  public List<String> expose() {
    return options.network().expose();
  }

  /** Whether it gets all rights; refused unless the agent allows it. */
  public boolean privileged() {
    return options.privileged();
  }

  /**
   * Whether to return once it has started; what it prints is kept for {@link EngineRun#logs}, not
   * shown.
   */
  public boolean detach() {
    return options.life().detach();
  }

  /** Whether it stays after its end, until the run ends. */
  public boolean keep() {
    return options.life().keep();
  }
}
