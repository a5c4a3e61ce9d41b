package io.slipway.bench.build;

import io.slipway.infra.DockerDaemon;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Docker's command line with one of its two builders, against a daemon that stays up. */
public final class DockerContestant implements Contestant {
  private final DockerDaemon daemon;
  private final boolean buildKit;
  private final Map<String, String> environment;

  /** With a daemon that somebody else stops. */
  public DockerContestant(DockerDaemon daemon, boolean buildKit) {
    this.daemon = daemon;
    this.buildKit = buildKit;
    this.environment =
        Map.of("DOCKER_HOST", daemon.host(), "DOCKER_BUILDKIT", buildKit ? "1" : "0");
  }

  @Override
  public String name() {
    return buildKit ? "docker (BuildKit)" : "docker (classic)";
  }

  @Override
  public void wipe() throws IOException, InterruptedException {
    docker("system", "prune", "--all", "--force", "--volumes");
    docker("builder", "prune", "--all", "--force");
  }

  @Override
  public void buildAndPush(Work work, String target) throws IOException, InterruptedException {
    docker(
        "build",
        "--file",
        work.dockerfile().toString(),
        "--build-arg",
        "REGISTRY_NAME=" + work.registry(),
        "--tag",
        target,
        work.context().toString());
    docker("push", target);
  }

  private void docker(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(daemon.client().toString()));
    command.addAll(List.of(words));
    Commands.run(environment, command);
  }

  @Override
  public void close() {}
}
