package io.slipway.builder.sandbox;

import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Containers by util-linux alone: mounts, {@code pivot_root}, {@code setpriv}. */
final class UnshareLauncher implements Containers.Launcher {
  private static final List<String> DEVICES =
      List.of("null", "zero", "full", "random", "urandom", "tty");

  private final HostTools tools;

  UnshareLauncher(HostTools tools) {
    this.tools = tools;
  }

  @Override
  public String name() {
    return "unshare";
  }

  @Override
  public int processNamespaces() {
    return 0;
  }

  @Override
  public boolean hasLimits() {
    return false;
  }

  @Override
  public String script(Rootfs rootfs, ContainerProcess process) {
    String root = rootfs.merged().toString();
    List<String> lines = new ArrayList<>();
    lines.addAll(Ulimit.lines(process.limits()));
    lines.add("M=" + Tools.quote(root));
    lines.add("mount -t proc -o nosuid,nodev,noexec proc \"$M/proc\"");
    devices(lines, process);
    lines.add("mount -t sysfs -o ro,nosuid,nodev,noexec sysfs \"$M/sys\" 2>/dev/null || true");
    for (Mount mount : process.mounts()) {
      mount(lines, mount);
    }
    lines.add(
        "mount --bind %s \"$M/%s\""
            .formatted(Tools.quote(tools.folder().toString()), Rootfs.HOST_TOOLS));
    lines.add("mount -o remount,bind,ro \"$M/" + Rootfs.HOST_TOOLS + "\"");
    if (!process.privileged()) {
      lines.add("mount -o remount,bind,ro,nosuid,nodev,noexec \"$M/sys\" 2>/dev/null || true");
      for (String masked : OciConfig.MASKED) {
        lines.add(
            "if [ -d \"$M%1$s\" ]; then mount -t tmpfs -o ro,size=0k tmpfs \"$M%1$s\"; elif [ -e \"$M%1$s\" ]; then mount --bind /dev/null \"$M%1$s\"; fi"
                .formatted(masked));
      }
    }
    if (!process.privileged()) {
      for (String path : OciConfig.READ_ONLY) {
        lines.add(
            "if [ -e \"$M%1$s\" ]; then mount --bind \"$M%1$s\" \"$M%1$s\"; mount -o remount,bind,ro \"$M%1$s\"; fi"
                .formatted(path));
      }
    }
    lines.add("hostname " + Tools.quote(process.hostName()));
    lines.add("cd \"$M\"");
    lines.add("pivot_root . .");
    lines.add(tools.call("umount") + " -l .");
    lines.add("cd " + Tools.quote(process.workingDirectory()));
    lines.add("unset PWD OLDPWD LC_ALL LIBMOUNT_FORCE_MOUNT2");
    List<String> late = export(lines, process.env());
    lines.add(
        "exec %s %s%s"
            .formatted(
                Tools.quote(tools.setpriv(process)), late(late), Tools.quote(process.command())));
    return String.join("\n", lines) + "\n";
  }

  private static void devices(List<String> lines, ContainerProcess process) {
    if (process.privileged()) {
      lines.add("mount --rbind /dev \"$M/dev\"");
      return;
    }
    lines.add("mount -t tmpfs -o nosuid,mode=755,size=64k tmpfs \"$M/dev\"");
    for (String device : DEVICES) {
      lines.add("touch \"$M/dev/%1$s\"; mount --bind /dev/%1$s \"$M/dev/%1$s\"".formatted(device));
    }
    lines.add("mkdir \"$M/dev/pts\" \"$M/dev/shm\"");
    lines.add(
        "mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,nosuid,noexec devpts"
            + " \"$M/dev/pts\"");
    lines.add(
        "mount -t tmpfs -o nosuid,nodev,noexec,mode=1777,size=%d tmpfs \"$M/dev/shm\""
            .formatted(OciConfig.shm(process.limits())));
    lines.add("ln -s pts/ptmx \"$M/dev/ptmx\"; ln -s /proc/self/fd \"$M/dev/fd\"");
    lines.add("ln -s fd/0 \"$M/dev/stdin\"; ln -s fd/1 \"$M/dev/stdout\"");
    lines.add("ln -s fd/2 \"$M/dev/stderr\"");
  }

  private static void mount(List<String> lines, Mount mount) {
    String target = "\"$M\"" + Tools.quote(mount.target());
    if (mount.source() == null) {
      String options =
          mount.options().stream().map(option -> "," + option).collect(Collectors.joining());
      lines.add("mount -t tmpfs -o " + Tools.quote("nosuid,nodev" + options) + " tmpfs " + target);
      return;
    }
    lines.add("mount --bind " + Tools.quote(mount.source().toString()) + " " + target);
    if (mount.readOnly()) {
      lines.add("mount -o remount,bind,ro " + target);
    }
  }

  /**
   * Sets the variables that a shell can hold and that mean nothing to the loader of programs.
   *
   * @return the others, which are set when all rights are gone
   */
  private static List<String> export(List<String> lines, Map<String, String> env) {
    List<String> late = new ArrayList<>();
    env.forEach((name, value) -> {
      boolean plain =
          name.matches("[A-Za-z_][A-Za-z0-9_]*")
              && !name.startsWith("LD_")
              && !name.startsWith("GLIBC_")
              && !name.equals("GCONV_PATH");
      if (plain) {
        lines.add("export " + name + "=" + Tools.quote(value));
      } else {
        late.add(name + "=" + value);
      }
    });
    return late;
  }

  private String late(List<String> variables) {
    return variables.isEmpty() ? "" : tools.call("env") + " " + Tools.quote(variables) + " ";
  }
}
