package io.slipway.taskfile.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the container of a step is run. Made by a {@link Builder}, which gives every value a name.
 *
 * @param env environment, the task's under the step's own
 * @param entryPoint program in place of the image's, or null
 * @param user user, or null for the image's
 * @param folder where it works
 * @param network how it is reached
 * @param life when it ends
 * @param pull whether its image is pulled first in any case
 * @param privileged whether it gets all rights
 * @param cpus limit of processors, or null
 * @param isolation {@code default}, {@code process} or {@code hyperv}, or null
 * @param volumeMounts volumes of the task and where the step sees them
 */
public record ContainerOptions(
    Map<String, String> env,
    @Nullable String entryPoint,
    @Nullable String user,
    Folder folder,
    Network network,
    Life life,
    Pull pull,
    boolean privileged,
    @Nullable String cpus,
    @Nullable String isolation,
    List<VolumeMount> volumeMounts) {
  /** What a step has that says nothing about its container. */
  public static final ContainerOptions DEFAULT = new Builder().build();

  /**
   * Where a container works.
   *
   * @param path as written; empty for the default
   * @param isOfImage whether the image's own working directory holds
   */
  public record Folder(String path, boolean isOfImage) {}

  /**
   * How a container is reached.
   *
   * @param name its network, or null for none declared
   * @param ports published ports
   * @param expose exposed ports
   */
  public record Network(@Nullable String name, List<String> ports, List<String> expose) {}

  /**
   * When a container ends.
   *
   * @param detach whether the step ends when the container has started
   * @param keep whether the container stays until the run ends
   */
  public record Life(boolean detach, boolean keep) {}

  /**
   * A pull before the start.
   *
   * @param isFirst whether the image is pulled in any case
   * @param retries further tries of that pull
   * @param retryDelay pause between them
   */
  public record Pull(boolean isFirst, int retries, Duration retryDelay) {}

  /** Path of the working directory as written; empty for the default. */
  public String workingDirectory() {
    return folder.path();
  }

  /** For what a step says of its container; what is not said is as in {@link #DEFAULT}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Gathers the options by their names. */
  public static final class Builder {
    private Map<String, String> env = Map.of();
    private @Nullable String entryPoint;
    private @Nullable String user;
    private Folder folder = new Folder("", false);
    private @Nullable String network;
    private List<String> ports = List.of();
    private List<String> expose = List.of();
    private boolean detach;
    private boolean keep;
    private Pull pull = new Pull(false, 0, Duration.ZERO);
    private boolean privileged;
    private @Nullable String cpus;
    private @Nullable String isolation;
    private List<VolumeMount> volumeMounts = List.of();

    private Builder() {}

    public Builder env(Map<String, String> value) {
      env = value;
      return this;
    }

    public Builder entryPoint(@Nullable String value) {
      entryPoint = value;
      return this;
    }

    public Builder user(@Nullable String value) {
      user = value;
      return this;
    }

    public Builder folder(Folder value) {
      folder = value;
      return this;
    }

    public Builder network(@Nullable String value) {
      network = value;
      return this;
    }

    public Builder ports(List<String> value) {
      ports = value;
      return this;
    }

    public Builder expose(List<String> value) {
      expose = value;
      return this;
    }

    public Builder detach(boolean value) {
      detach = value;
      return this;
    }

    public Builder keep(boolean value) {
      keep = value;
      return this;
    }

    public Builder pull(Pull value) {
      pull = value;
      return this;
    }

    public Builder privileged(boolean value) {
      privileged = value;
      return this;
    }

    public Builder cpus(@Nullable String value) {
      cpus = value;
      return this;
    }

    public Builder isolation(@Nullable String value) {
      isolation = value;
      return this;
    }

    public Builder volumeMounts(List<VolumeMount> value) {
      volumeMounts = value;
      return this;
    }

    public ContainerOptions build() {
      return new ContainerOptions(
          env,
          entryPoint,
          user,
          folder,
          new Network(network, ports, expose),
          new Life(detach, keep),
          pull,
          privileged,
          cpus,
          isolation,
          volumeMounts);
    }
  }
}
