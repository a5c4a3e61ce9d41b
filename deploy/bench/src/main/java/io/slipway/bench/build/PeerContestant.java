package io.slipway.bench.build;

import io.slipway.infra.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** BuildKit or buildah of a newer Debian, in a folder of theirs. */
public final class PeerContestant implements Contestant {
  private static final String DOCKERFILE = "Dockerfile.bench";

  private final Peers peers;
  private final boolean buildKit;
  private final Map<Work, Path> contexts = new HashMap<>();

  /** With peers that somebody else stops. */
  public PeerContestant(Peers peers, boolean buildKit) {
    this.peers = peers;
    this.buildKit = buildKit;
  }

  @Override
  public String name() {
    return buildKit ? "today's BuildKit" : "today's buildah";
  }

  @Override
  public void wipe() throws IOException, InterruptedException {
    if (buildKit) {
      peers.wipeBuildKit();
    } else {
      peers.wipeBuildah();
    }
  }

  @Override
  public void buildAndPush(Work work, String target) throws IOException, InterruptedException {
    Path context = contexts.get(work);
    if (context == null) {
      context = copy(work); // with the first build, which does not count
      contexts.put(work, context);
    }
    List<String> arguments = List.of("--build-arg", "REGISTRY_NAME=" + work.registry());
    if (buildKit) {
      peers.buildKit(context, DOCKERFILE, target, arguments);
    } else {
      peers.buildah(context, DOCKERFILE, target, arguments);
    }
  }

  private Path copy(Work work) throws IOException, InterruptedException {
    Path context = peers.share("bench");
    Commands.run(Map.of(), List.of("cp", "-a", work.context() + "/.", context.toString()));
    Files.copy(work.dockerfile(), context.resolve(DOCKERFILE), StandardCopyOption.REPLACE_EXISTING);
    return context;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (Path context : contexts.values()) {
      Commands.run(Map.of(), List.of("rm", "-rf", "--one-file-system", "--", context.toString()));
    }
  }
}
