package io.slipway.builder.builtin;

import io.slipway.builder.EngineException;
import io.slipway.builder.OutputSink;
import io.slipway.builder.interpreter.BuildJob.RunContainers;
import io.slipway.builder.process.Folders;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.sandbox.Containers.StartedContainer;
import io.slipway.builder.sandbox.Rootfs;
import io.slipway.builder.store.UnpackedImage;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** RUN in the namespaces of a run. */
record BuildContainers(Host host, RunResources resources, RunNetworks networks)
    implements RunContainers {
  @Override
  public int run(UnpackedImage image, UpperDraft upper, ContainerProcess process, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    Path beside = host.starts().create();
    try {
      Rootfs rootfs = Rootfs.of(image, upper, beside, process.mounts());
      if (!(process.network() instanceof ContainerNetwork.Sandbox)) {
        return run(rootfs, upper, process, output);
      }
      // Not the sandbox's own network: there is the device of the way out, and no route decides
      // about what is written to it.
      RunNetworks.Endpoint own = networks.joinForBuild(resources.sandbox());
      try {
        return run(rootfs, upper, process.in(own.network()), output);
      } finally {
        networks.leave(own);
      }
    } finally {
      Folders.delete(beside);
    }
  }

  private int run(Rootfs rootfs, UpperDraft upper, ContainerProcess process, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    StartedContainer started =
        host.start(resources.sandbox(), resources.group(), rootfs, process, output);
    try (RunDisk.Watched watch = resources.disk().watch(started, written(upper, process))) {
      int code = started.child().await();
      watch.check();
      started.requireMemory(code);
      started.requireBegun(code);
      return code;
    } finally {
      started.clean().run();
    }
  }

  /** Where a container's process can leave something. */
  static List<Path> written(UpperDraft upper, ContainerProcess process) {
    return Stream.concat(
            Stream.of(upper.upper()),
            process.mounts().stream()
                .filter(mount -> !mount.readOnly())
                .map(Mount::source)
                .filter(Objects::nonNull))
        .toList();
  }

  @Override
  public List<Mount> names(String hostName, Map<String, String> addHosts)
      throws EngineException, IOException, InterruptedException {
    StringBuilder hosts = new StringBuilder("127.0.0.1\tlocalhost " + hostName + "\n");
    hosts.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
    addHosts.forEach(
        (name, address) -> hosts.append(address).append('\t').append(name).append('\n'));
    return NameFiles.write(resources::scratchFile, hostName, hosts.toString(), host.hasEgress());
  }

  @Override
  public Path scratchFolder() throws IOException {
    return resources.scratchFolder();
  }

  @Override
  public boolean hasLimits() throws EngineException, InterruptedException {
    return host.containers().hasLimits();
  }
}
