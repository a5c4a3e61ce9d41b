package io.slipway.bench.build;

import io.slipway.infra.DockerDaemon;
import io.slipway.infra.InfraException;
import io.slipway.infra.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All engines that run on this machine, each found by really building with it. */
public final class Field implements AutoCloseable {
  private final List<Contestant> contestants = new ArrayList<>();
  private @Nullable DockerDaemon daemon;
  private @Nullable Peers peers;

  private Field() {}

  /**
   * Finds them.
   *
   * @param root folder of the project
   * @param folder for their stores
   * @param trial what each has to build to be taken
   * @param say gets a line about each that is missing, with how to get it
   */
  public static Field open(Path root, Path folder, Contestant.Work trial, Consumer<String> say)
      throws IOException, InterruptedException {
    Field field = new Field();
    try {
      field.contestants.add(new BuiltinContestant(folder.resolve("builtin"), trial.registry()));
      field.docker(root.resolve("target/docker-engine"), trial, say);
      for (String program : List.of("buildah", "podman")) {
        if (onPath(program)) {
          field.join(new BuildahContestant(program, folder.resolve(program)), trial, say);
        } else {
          say.accept(program + ": not measured, not installed: apt-get install " + program);
        }
      }
      return field;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      field.close();
      throw failed;
    }
  }

  /**
   * The built-in engine beside the peers of a folder alone.
   *
   * @throws IOException if one of them does not build here
   */
  public static Field withPeers(Path peers, Path folder, Contestant.Work trial)
      throws IOException, InterruptedException {
    Field field = new Field();
    try {
      field.contestants.add(new BuiltinContestant(folder.resolve("builtin"), trial.registry()));
      Peers started = Peers.start(peers, folder.resolve("peers"), trial.registry());
      field.peers = started;
      for (boolean buildKit : new boolean[] {true, false}) {
        Contestant peer = new PeerContestant(started, buildKit);
        peer.buildAndPush(trial, trial.registry() + "/trial/" + peer.repository() + ":1");
        field.contestants.add(peer);
      }
      return field;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      field.close();
      throw failed;
    }
  }

  private void docker(Path unpacked, Contestant.Work trial, Consumer<String> say)
      throws IOException, InterruptedException {
    Optional<String> obstacle = DockerDaemon.obstacle(unpacked);
    if (obstacle.isPresent()) {
      say.accept("docker: not measured: " + obstacle.get());
      return;
    }
    try {
      DockerDaemon started = DockerDaemon.start(unpacked, List.of());
      daemon = started;
      join(new DockerContestant(started, false), trial, say);
      join(new DockerContestant(started, true), trial, say);
    } catch (InfraException failed) {
      say.accept("docker: not measured: " + failed.getMessage());
    }
  }

  private void join(Contestant contestant, Contestant.Work trial, Consumer<String> say)
      throws InterruptedException, IOException {
    try {
      contestant.buildAndPush(trial, trial.registry() + "/trial/" + contestant.repository() + ":1");
      contestants.add(contestant);
    } catch (IOException failed) {
      say.accept(
          contestant.name() + ": not measured, it does not build here: " + failed.getMessage());
      contestant.close();
    }
  }

  private static boolean onPath(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  /** Those that are measured; the first is Slipway's own. */
  public List<Contestant> contestants() {
    return List.copyOf(contestants);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (Contestant each : contestants) {
      each.close();
    }
    if (daemon != null) {
      daemon.close();
    }
    if (peers != null) {
      peers.close();
    }
  }
}
