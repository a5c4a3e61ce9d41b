package io.slipway.agent.step;

import io.slipway.agent.attempt.Workspaces;
import io.slipway.agent.log.RunLog;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.SecretVolume;
import io.slipway.taskfile.plan.VolumeMount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The secret volumes of a run: folders of files outside the workspace, so that only steps that
 * mount one see it. They are deleted with the run.
 */
final class SecretVolumes implements AutoCloseable {
  private final Path folder;
  private final Map<String, Path> byName = new HashMap<>();
  private boolean exists;

  private SecretVolumes(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes the volumes; each file gets a newline after its value, as in the original.
   *
   * @param folder folder that no other user may look into; made if there is a volume
   */
  static SecretVolumes make(List<SecretVolume> volumes, Path folder, RunLog log)
      throws Refusal, IOException {
    SecretVolumes made = new SecretVolumes(folder);
    try {
      if (!volumes.isEmpty()) {
        made.makeFolder();
      }
      for (SecretVolume volume : volumes) {
        made.write(volume, log);
        log.engine("Volume source " + volume.name() + " successfully created");
      }
      return made;
    } catch (Refusal | IOException failed) {
      made.close();
      throw failed;
    }
  }

  private void write(SecretVolume volume, RunLog log) throws Refusal, IOException {
    // Readable by every user, since a step may run as any; the folder above is closed.
    Path made = Files.createDirectory(folder.resolve(volume.name()));
    volume.files().values().forEach(log.masker()::learn);
    for (Map.Entry<String, byte[]> file : volume.contents().entrySet()) {
      byte[] value = file.getValue();
      log.masker().learn(new String(value, StandardCharsets.UTF_8));
      byte[] line = Arrays.copyOf(value, value.length + 1);
      line[value.length] = '\n';
      Path written = made.resolve(file.getKey());
      Files.write(written, line);
      Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("r--r--r--"));
    }
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    byName.put(volume.name(), made);
  }

  private synchronized void makeFolder() throws IOException {
    if (!exists) {
      Workspaces.make(folder);
      exists = true;
    }
  }

  /** Writes a file that is in no volume, for a secret of a build. */
  synchronized Path write(byte[] value) throws IOException {
    makeFolder();
    Path file = Files.createTempFile(folder, "value", "");
    Files.write(file, value);
    return file;
  }

  /** Folders on this machine by their path in the container. */
  Map<String, Path> mounts(List<VolumeMount> wanted) throws Refusal {
    Map<String, Path> mounts = new LinkedHashMap<>();
    for (VolumeMount mount : wanted) {
      Path volume = byName.get(mount.name());
      if (volume == null) {
        throw Refusal.user("mount name, " + mount.name() + ", does not correspond to a volume");
      }
      mounts.put(ContainerPath.workingDirectory(mount.path()), volume);
    }
    return mounts;
  }

  @Override
  public synchronized void close() {
    if (exists) {
      Workspaces.delete(folder);
    }
  }
}
