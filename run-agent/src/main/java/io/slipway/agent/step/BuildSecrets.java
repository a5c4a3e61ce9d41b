package io.slipway.agent.step;

import io.slipway.agent.attempt.Workspace;
import io.slipway.agent.log.SecretMasker;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.BuildSecret;
import io.slipway.taskfile.plan.ContainerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The files of a build's {@code --secret} flags. They come from the workspace, from a secret volume
 * that the step mounts, or from a variable of the step's environment. Those of the workspace are
 * read once, when the build begins, and the build gets a copy that no step can reach: a RUN may be
 * minutes away, and until then another step may have put anything in the place of the file.
 */
final class BuildSecrets {
  /** As in BuildKit, {@code secretsprovider.MaxSecretSize}. */
  private static final int LARGEST = 500 << 10;

  private final SecretVolumes volumes;
  private final Workspace workspace;
  private final SecretMasker masker;
  private final ContainerOptions options;
  private final Map<String, Path> mounts;

  BuildSecrets(
      SecretVolumes volumes, Workspace workspace, SecretMasker masker, ContainerOptions options)
      throws Refusal {
    this.volumes = volumes;
    this.workspace = workspace;
    this.masker = masker;
    this.options = options;
    this.mounts = volumes.mounts(options.volumeMounts());
  }

  /** Real paths of files by the ids of the secrets. */
  Map<String, Path> files(List<BuildSecret> secrets) throws Refusal {
    Map<String, Path> files = new LinkedHashMap<>();
    for (BuildSecret secret : secrets) {
      files.put(secret.id(), file(secret));
    }
    return files;
  }

  private Path file(BuildSecret secret) throws Refusal {
    @Nullable String variable = secret.variable();
    if (variable == null && secret.file() == null && options.env().containsKey(secret.id())) {
      variable = secret.id();
    }
    if (variable != null) {
      String value = options.env().get(variable);
      if (value == null) {
        throw Refusal.user(
            "--secret %s: the step's environment has no %s".formatted(secret.id(), variable));
      }
      masker.learn(value);
      return kept(value.getBytes(StandardCharsets.UTF_8));
    }
    String path = Objects.requireNonNullElse(secret.file(), secret.id());
    return ofVolume(path, options.workingDirectory(), secret.id());
  }

  private Path kept(byte[] value) throws Refusal {
    try {
      return real(volumes.write(value));
    } catch (IOException failed) {
      throw lost(failed);
    }
  }

  private static Path real(Path own) throws Refusal {
    try {
      return own.toRealPath();
    } catch (IOException failed) {
      throw lost(failed);
    }
  }

  private static Refusal lost(IOException failed) {
    return new Refusal(
        Refusal.Blame.PLATFORM, "a secret of the build could not be kept on the agent", failed);
  }

  private Path ofVolume(String path, String workingDirectory, String id) throws Refusal {
    Path asked =
        Path.of(ContainerPath.workingDirectory(workingDirectory)).resolve(path).normalize();
    for (Map.Entry<String, Path> mount : mounts.entrySet()) {
      if (asked.startsWith(mount.getKey())) {
        // Of the agent alone: steps see volumes, but cannot write to them.
        Path file = mount.getValue().resolve(Path.of(mount.getKey()).relativize(asked));
        if (Files.isRegularFile(file)) {
          return real(file);
        }
      }
    }
    String named = "the file of --secret " + id + ", '" + path + "',";
    String inside = ContainerPath.inWorkspace(workingDirectory, path);
    return kept(WorkspaceFile.read(workspace.made(), inside, named, LARGEST));
  }
}
