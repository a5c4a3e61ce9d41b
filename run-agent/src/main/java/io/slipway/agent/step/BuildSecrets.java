package io.slipway.agent.step;

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
 * that the step mounts, or from a variable of the step's environment.
 */
final class BuildSecrets {
  private final StepTools tools;
  private final ContainerOptions options;
  private final Map<String, Path> mounts;

  BuildSecrets(StepTools tools, ContainerOptions options) throws Refusal {
    this.tools = tools;
    this.options = options;
    this.mounts = tools.volumes().mounts(options.volumeMounts());
  }

  /** Files by the ids of the secrets. */
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
      return ofValue(value);
    }
    String path = Objects.requireNonNullElse(secret.file(), secret.id());
    return ofVolume(path, options.workingDirectory(), secret.id());
  }

  private Path ofValue(String value) throws Refusal {
    tools.attempt().log().masker().learn(value);
    try {
      return tools.volumes().write(value.getBytes(StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw new Refusal(
          Refusal.Blame.PLATFORM, "a secret of the build could not be kept on the agent", failed);
    }
  }

  private Path ofVolume(String path, String workingDirectory, String id) throws Refusal {
    Path asked =
        Path.of(ContainerPath.workingDirectory(workingDirectory)).resolve(path).normalize();
    for (Map.Entry<String, Path> mount : mounts.entrySet()) {
      if (asked.startsWith(mount.getKey())) {
        Path file = mount.getValue().resolve(Path.of(mount.getKey()).relativize(asked));
        if (Files.isRegularFile(file)) {
          return file;
        }
      }
    }
    return ContainerPath.file(
        tools.attempt().workspace().made(), workingDirectory, path, "the file of --secret " + id);
  }
}
