package io.slipway.infra;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Docker with BuildKit, and buildah, of a newer Debian than the machine has, to measure and to
 * compare with. That Debian is a folder, made by debootstrap; its programs run with it as their
 * root, with mounts of their own and the machine's network, and are gone with this JVM.
 */
public final class Peers implements AutoCloseable {
  /** Folder in theirs that both sides write to. */
  private static final String SHARED = "/peers";

  private static final String SOCKET = "unix:///run/peers.sock";
  private static final String BUILDAH =
      "buildah --root /var/lib/docker/buildah --runroot /run/peers-buildah --storage-driver overlay";

  /** A root that is a mount point, since containers cannot be started from any other. */
  private static final String ENTER =
      """
      f=$1; data=$2; shift 2; mkdir -p "$data" "$f/.old" && mount --rbind "$f" /mnt &&
      mkdir -p /mnt/var/lib/docker && mount --bind "$data" /mnt/var/lib/docker &&
      mount --rbind /sys /mnt/sys && mount --rbind /dev /mnt/dev && mount -t proc proc /mnt/proc &&
      cd /mnt && pivot_root . .old && umount -l /.old && cd / && exec "$@"
      """;

  private final Path folder;
  private final ChildProcess daemon;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Peers(Path folder, ChildProcess daemon) {
    this.folder = folder;
    this.daemon = daemon;
  }

  /** Why those of a folder cannot be used; empty if they can. */
  public static Optional<String> obstacle(Path folder) {
    if (!System.getProperty("user.name").equals("root")) {
      return Optional.of("the peers need root");
    }
    for (String program : List.of("dockerd", "docker", "buildah", "runc")) {
      if (!Files.exists(folder.resolve("usr/sbin").resolve(program))
          && !Files.exists(folder.resolve("usr/bin").resolve(program))) {
        return Optional.of(
            "%s is not a folder of peers: it has no %s. Make a root of Debian testing there (debootstrap forky %s), and in it apt-get install docker.io docker-cli docker-buildx buildah netavark runc iptables"
                .formatted(folder, program, folder));
      }
    }
    return Optional.empty();
  }

  /**
   * Starts their Docker engine, without network rules, and waits until it answers.
   *
   * @param data folder for what they store
   * @param registry {@code host:port} of the registry of plain HTTP that they push to
   * @throws InfraException if it does not come up, with the end of its log
   */
  public static Peers start(Path folder, Path data, String registry) {
    try {
      Files.createDirectories(Path.of(folder + SHARED));
      Files.deleteIfExists(folder.resolve("run/peers.pid"));
      List<String> command =
          new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "/bin/bash"));
      command.addAll(List.of("-c", ENTER, "enter", folder.toString(), data.toString()));
      command.add("dockerd");
      command.addAll(List.of("--host", SOCKET, "--data-root", "/var/lib/docker/docker"));
      command.addAll(List.of("--exec-root", "/run/peers", "--pidfile", "/run/peers.pid"));
      command.addAll(List.of("--iptables=false", "--ip6tables=false", "--bridge=none"));
      command.addAll(List.of("--insecure-registry", registry));
      ChildProcess daemon =
          ChildProcess.start(
              "dockerd of the peers",
              command,
              Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
              folder,
              Path.of(folder + SHARED, "dockerd.log"));
      Peers peers = new Peers(folder, daemon);
      Runtime.getRuntime().addShutdownHook(new Thread(peers::close));
      try {
        Waiting.until(daemon, Duration.ofSeconds(60), peers::answers);
      } catch (InfraException failed) {
        peers.close();
        throw failed;
      }
      return peers;
    } catch (IOException failed) {
      throw new InfraException("the peers cannot be started: " + failed.getMessage(), failed);
    }
  }

  private boolean answers() throws IOException, InterruptedException {
    call("docker version");
    return true;
  }

  /** A folder that they see too; anew each time. */
  public Path share(String name) throws IOException {
    return Files.createTempDirectory(Path.of(folder + SHARED), name);
  }

  /**
   * Builds a folder with BuildKit and pushes the image.
   *
   * @param context folder made by {@link #share}
   * @param dockerfile path from there
   * @param arguments further words, build arguments for example
   * @throws IOException if that fails, with the end of what was printed
   */
  public void buildKit(Path context, String dockerfile, String target, List<String> arguments)
      throws IOException, InterruptedException {
    call(
        "cd \"$1\" && shift && exec docker buildx build -q --network host --provenance=false --push"
            + " -f \"$@\" .",
        words(context, dockerfile, target, arguments));
  }

  /** The same with buildah. */
  public void buildah(Path context, String dockerfile, String target, List<String> arguments)
      throws IOException, InterruptedException {
    call(
        "cd \"$1\" && shift && "
            + BUILDAH
            + " build --runtime /usr/sbin/runc --format docker -q --layers --network host"
            + " --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 --tls-verify=false -f \"$@\" . && "
            + BUILDAH
            + " push -q --tls-verify=false \"$3\"",
        words(context, dockerfile, target, arguments));
  }

  /** The Dockerfile, {@code -t}, the name, and the rest, after the folder. */
  private List<String> words(
      Path context, String dockerfile, String target, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add("/" + folder.relativize(context));
    words.addAll(List.of(dockerfile, "-t", target));
    words.addAll(arguments);
    return words;
  }

  /** Forgets all images and caches of BuildKit. */
  public void wipeBuildKit() throws IOException, InterruptedException {
    call("docker builder prune -af && docker image prune -af");
  }

  /** Forgets all images and caches of buildah. */
  public void wipeBuildah() throws IOException, InterruptedException {
    call(BUILDAH + " rmi -af");
  }

  private void call(String script) throws IOException, InterruptedException {
    call(script, List.of());
  }

  private void call(String script, List<String> words) throws IOException, InterruptedException {
    String pid = Files.readString(folder.resolve("run/peers.pid")).strip();
    List<String> command =
        new ArrayList<>(List.of("nsenter", "--target", pid, "--mount", "--root", "--wd=/"));
    command.addAll(List.of("--", "/bin/bash", "-c", script, "peer"));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Map.of("HOME", "/root", "DOCKER_HOST", SOCKET));
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said.substring(Math.max(0, said.length() - 2000)));
    }
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      daemon.stop(Duration.ofSeconds(30));
    }
  }
}
