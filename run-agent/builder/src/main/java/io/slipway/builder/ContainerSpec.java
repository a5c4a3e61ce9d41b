package io.slipway.builder;

import io.slipway.taskfile.image.ImageReference;
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
 * @param entryPoint program in place of the image's entry point, or null
 * @param env environment, over the image's
 * @param user user in place of the image's, or null
 * @param workingDirectory absolute folder in the container, or null for the image's own
 * @param network name of a network of the run, {@code none}, {@code host} (refused unless the agent
 *     allows it), or null for none declared
 * @param ports ports published on the agent's loopback, as {@code 8080:80} or {@code 80}, with
 *     {@code /udp} behind it where it is not TCP
 * @param expose ports to expose
 * @param mounts read-only folders of the agent by absolute path in the container, besides {@code
 *     /workspace}
 * @param privileged whether it gets all rights; refused unless the agent allows it
 * @param detach whether to return once it has started; what it prints is kept for {@link
 *     EngineRun#logs}, not shown
 * @param keep whether it stays after its end, until the run ends
 * @param limits what it may take of the machine
 */
public record ContainerSpec(
    String name,
    ImageReference image,
    List<String> arguments,
    @Nullable String entryPoint,
    Map<String, String> env,
    @Nullable String user,
    @Nullable String workingDirectory,
    @Nullable String network,
    List<String> ports,
    List<String> expose,
    Map<String, Path> mounts,
    boolean privileged,
    boolean detach,
    boolean keep,
    Limits limits) {}
