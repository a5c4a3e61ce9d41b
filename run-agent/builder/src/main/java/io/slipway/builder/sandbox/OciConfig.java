package io.slipway.builder.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.builder.Limits;
import io.slipway.builder.sandbox.ContainerProcess.Rights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A container as an OCI runtime wants it told.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config.md">runtime
 *     specification, configuration</a>
 */
final class OciConfig {
  /** What a container never sees, as in Docker. */
  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/firmware");

  /** What a container may only read, as in Docker. */
  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private static final String RAW_SOCKETS = "net_raw";

  /**
   * What root may do in a container: Docker's set, but for raw sockets, whose frames pass by what a
   * kernel decides for others.
   *
   * @see <a
   *     href="https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities">the
   *     list</a>
   */
  private static final List<String> CAPABILITIES =
      List.of(
          "chown",
          "dac_override",
          "fowner",
          "fsetid",
          "kill",
          "setgid",
          "setuid",
          "setpcap",
          "net_bind_service",
          RAW_SOCKETS,
          "sys_chroot",
          "mknod",
          "audit_write",
          "setfcap");

  /** When the machine has no memory left, the kernel ends a step before a part of the platform. */
  private static final int OOM_SCORE = Math.max(500, ownScore());

  /** Annotation with a filter of system calls in base64, in place of the profile. */
  private static final String FILTER = "run.oci.seccomp_bpf_data";

  private static final long SHM = 64 << 20;
  private static final long CPU_PERIOD = 100_000;

  private OciConfig() {}

  /** What the agent has, below which only few may go. */
  private static int ownScore() {
    try {
      return Integer.parseInt(Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
    } catch (IOException | NumberFormatException notTold) {
      return 0;
    }
  }

  static ObjectNode of(Path root, ContainerProcess process, boolean limits) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("ociVersion", "1.0.2");
    process(config.putObject("process"), process);
    boolean fixed = process.rights() == Rights.NONE;
    config.putObject("root").put("path", root.toString()).put("readonly", fixed);
    config.put("hostname", process.hostName());
    mounts(config.putArray("mounts"), process);
    linux(config.putObject("linux"), process);
    filter(config, process);
    if (limits) {
      resources(config.withObject("/linux").putObject("resources"), process);
    }
    return config;
  }

  private static void process(ObjectNode node, ContainerProcess process) {
    node.put("terminal", false);
    ObjectNode user = node.putObject("user");
    user.put("uid", process.user().uid()).put("gid", process.user().gid());
    ArrayNode groups = user.putArray("additionalGids");
    process.user().groups().forEach(groups::add);
    ArrayNode args = node.putArray("args");
    process.command().forEach(args::add);
    ArrayNode env = node.putArray("env");
    process.env().forEach((name, value) -> env.add(name + "=" + value));
    node.put("cwd", process.workingDirectory());
    node.put("oomScoreAdj", OOM_SCORE);
    if (process.rights() == Rights.NONE) {
      node.put("noNewPrivileges", true);
    }
    rlimits(node, process.limits());
    if (!process.privileged()) {
      ObjectNode capabilities = node.putObject("capabilities");
      for (String set : List.of("bounding", "effective", "permitted")) {
        ArrayNode names = capabilities.putArray(set);
        capabilities(process.rights())
            .forEach(name -> names.add("CAP_" + name.toUpperCase(Locale.ROOT)));
      }
    }
  }

  /** Their names, in lower case and without {@code CAP_}; all rights have none here. */
  static List<String> capabilities(Rights rights) {
    if (rights == Rights.NONE) {
      return List.of();
    }
    return rights == Rights.RAW_SOCKETS
        ? CAPABILITIES
        : CAPABILITIES.stream().filter(name -> !name.equals(RAW_SOCKETS)).toList();
  }

  private static void rlimits(ObjectNode node, Limits limits) {
    if (limits.ulimits().isEmpty()) {
      return;
    }
    ArrayNode all = node.putArray("rlimits");
    limits
        .ulimits()
        .forEach((name, value) -> {
          Ulimit limit = Ulimit.parse(name, value);
          all.addObject()
              .put("type", "RLIMIT_" + name.toUpperCase(Locale.ROOT))
              .put("soft", limit.soft())
              .put("hard", limit.hard());
        });
  }

  private static void mounts(ArrayNode mounts, ContainerProcess process) {
    mount(mounts, "/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev"));
    mount(
        mounts,
        "/dev",
        "tmpfs",
        "tmpfs",
        List.of("nosuid", "strictatime", "mode=755", "size=65536k"));
    mount(
        mounts,
        "/dev/pts",
        "devpts",
        "devpts",
        List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
    mount(
        mounts,
        "/dev/shm",
        "tmpfs",
        "shm",
        List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + shm(process.limits())));
    if (process.rights() != Rights.NONE) {
      mount(mounts, "/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro"));
    }
    for (ContainerProcess.Mount mount : process.mounts()) {
      if (mount.source() == null) {
        List<String> options = new ArrayList<>(List.of("nosuid", "nodev"));
        options.addAll(mount.options());
        mount(mounts, mount.target(), "tmpfs", "tmpfs", options);
      } else {
        mount(
            mounts,
            mount.target(),
            "bind",
            mount.source().toString(),
            List.of("rbind", "rprivate", mount.readOnly() ? "ro" : "rw"));
      }
    }
  }

  /** Size of {@code /dev/shm} in bytes. */
  private static long shm(Limits limits) {
    return limits.shmBytes() > 0 ? limits.shmBytes() : SHM;
  }

  private static void mount(
      ArrayNode mounts, String target, String type, String source, List<String> options) {
    ObjectNode mount = mounts.addObject();
    mount.put("destination", target).put("type", type).put("source", source);
    ArrayNode list = mount.putArray("options");
    options.forEach(list::add);
  }

  private static void linux(ObjectNode linux, ContainerProcess process) {
    ArrayNode namespaces = linux.putArray("namespaces");
    // The network is the one in which the runtime is started.
    for (String type : List.of("pid", "ipc", "uts", "mount")) {
      namespaces.addObject().put("type", type);
    }
    if (!process.privileged()) {
      ArrayNode masked = linux.putArray("maskedPaths");
      MASKED.forEach(masked::add);
      ArrayNode readOnly = linux.putArray("readonlyPaths");
      READ_ONLY.forEach(readOnly::add);
      linux.set("seccomp", SeccompProfile.of(capabilities(process.rights())).json());
    }
  }

  /** crun takes a filter as it is; others make theirs of the profile. */
  private static void filter(ObjectNode config, ContainerProcess process) {
    if (!process.privileged()) {
      SeccompProfile.of(capabilities(process.rights()))
          .filter()
          .ifPresent(made -> config.putObject("annotations").put(FILTER, made));
    }
  }

  private static void resources(ObjectNode resources, ContainerProcess process) {
    if (process.limits().processes() > 0) {
      resources.putObject("pids").put("limit", process.limits().processes());
    }
    if (process.limits().memoryBytes() > 0) {
      resources.putObject("memory").put("limit", process.limits().memoryBytes());
    }
    if (process.limits().cpus() > 0 || process.limits().cpuset() != null) {
      ObjectNode cpu = resources.putObject("cpu");
      if (process.limits().cpus() > 0) {
        cpu.put("period", CPU_PERIOD)
            .put("quota", Math.round(process.limits().cpus() * CPU_PERIOD));
      }
      if (process.limits().cpuset() != null) {
        cpu.put("cpus", process.limits().cpuset());
      }
    }
    if (!process.privileged()) {
      resources.putArray("devices").addObject().put("allow", false).put("access", "rwm");
    }
  }
}
