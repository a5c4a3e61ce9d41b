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
    StartedContainer started = host.start(resources.sandbox(), rootfs, process, output);
    try (DiskWatch watch =
        DiskWatch.over(host.options().diskLimitBytes(), List.of(upper.upper()), started.child())) {
      int code = started.child().await();
      watch.check();
      started.requireBegun(code);
      return code;
    } finally {
      started.clean().run();
    }
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
