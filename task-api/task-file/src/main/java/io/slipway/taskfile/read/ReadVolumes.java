package io.slipway.taskfile.read;

import com.google.re2j.Pattern;
import io.slipway.taskfile.plan.SecretVolume;
import io.slipway.taskfile.plan.VolumeMount;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads and checks volumes, and the mounts of steps. */
final class ReadVolumes {
  private static final Set<String> KNOWN = Set.of("name", "secret");
  private static final Set<String> MOUNT = Set.of("name", "mountPath");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]+");
  private static final Pattern FILE = Pattern.compile("[a-zA-Z0-9_.-]+");

  private ReadVolumes() {}

  static List<SecretVolume> of(Properties task) {
    List<SecretVolume> volumes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Properties volume :
        task.maps(
            "volumes", "a list of volumes, for example [{name: a, secret: {file: base64}}]")) {
      volume.warnOfUnknown(KNOWN, Map.of());
      String name = volume.text("name", "");
      if (name.isEmpty()) {
        volume.refuse("name", "volume name is empty");
      } else if (!NAME.matcher(name).matches()) {
        volume.refuse("name", "volume name is not well formed. Only use alphanumeric and - _");
      } else if (!names.add(name)) {
        volume.refuse("name", "volume with duplicate name found");
      }
      volumes.add(new SecretVolume(name, files(volume)));
    }
    return volumes;
  }

  private static Map<String, String> files(Properties volume) {
    Map<String, String> files = new LinkedHashMap<>();
    if (!volume.has("secret")) {
      volume.refuse("secret", "currently only support for source type secret");
      return files;
    }
    Properties secret = volume.map("secret");
    if (secret == null) {
      return files;
    }
    if (secret.names().isEmpty()) {
      volume.refuse("secret", "secret is empty");
    }
    for (String file : secret.names()) {
      if (file.isEmpty()) {
        secret.refuse(file, "secret name provided for value is empty");
      } else if (!FILE.matcher(file).matches() || file.equals(".") || file.equals("..")) {
        secret.refuse(
            file, "file name, " + file + ", is not well formed. Only use alphanumeric and - _ .");
      }
      files.put(file, secret.text(file, ""));
    }
    return files;
  }

  /** Mounts of a step; each names a declared volume and has a folder of its own. */
  static List<VolumeMount> mounts(Properties step, boolean push, Set<String> volumes) {
    List<VolumeMount> mounts = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (Properties mount :
        step.maps("volumeMounts", "a list of mounts, for example [{name: a, mountPath: /run/a}]")) {
      mount.warnOfUnknown(MOUNT, Map.of());
      String name = mount.text("name", "");
      String path = mount.text("mountPath", "");
      if (name.isEmpty() || path.isEmpty()) {
        mount.refuse(name.isEmpty() ? "name" : "mountPath", "mount name or mount path is empty");
      } else if (!volumes.contains(name)) {
        mount.refuse(
            "name",
            "mount name, "
                + name
                + ", does not correspond to a volume"
                + mount.suggestion(name, volumes));
      } else if (!path.startsWith("/")) {
        mount.refuse(
            "mountPath",
            "must be an absolute path such as /run/secrets, not " + Properties.shown(path));
      } else if (!paths.add(path)) {
        mount.refuse("mountPath", "mount with duplicate container file path found");
      }
      mounts.add(new VolumeMount(name, path));
    }
    if (push && !mounts.isEmpty()) {
      step.refuse(
          "volumeMounts",
          "invalid use of Mounts. Mounts must have unique container paths and only used for cmd or"
              + " build steps");
    }
    return mounts;
  }
}
