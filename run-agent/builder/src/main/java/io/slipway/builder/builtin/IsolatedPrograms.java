package io.slipway.builder.builtin;

import io.slipway.builder.EngineException;
import io.slipway.builder.Limits;
import io.slipway.builder.MachineProgram;
import io.slipway.builder.OutputSink;
import io.slipway.builder.process.Folders;
import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.sandbox.ContainerProcess.ProcessUser;
import io.slipway.builder.sandbox.ContainerProcess.Rights;
import io.slipway.builder.sandbox.Containers.StartedContainer;
import io.slipway.builder.sandbox.Egress;
import io.slipway.builder.sandbox.Rootfs;
import io.slipway.builder.sandbox.RunSandbox;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Programs of this machine in containers of a run: they see the machine's programs and certificates
 * and one folder, and have no rights but to write there, within the limits of the run.
 */
record IsolatedPrograms(Host host, RunResources resources, RunNetworks networks, ImageSpace space) {
  /** What is the same on each machine of its kind, so that nothing is learned from it. */
  private static final List<String> SHARED =
      List.of(
          "/usr",
          "/bin",
          "/sbin",
          "/lib",
          "/lib32",
          "/lib64",
          "/libx32",
          "/etc/alternatives",
          "/etc/crypto-policies",
          "/etc/ld.so.cache",
          "/etc/pki/ca-trust/extracted",
          "/etc/pki/tls/certs",
          "/etc/ssl/certs",
          "/etc/ssl/openssl.cnf");

  /** ssh asks who it is. */
  private static final String USERS = "root:x:0:0:root:/nonexistent:/bin/sh\n";

  int run(MachineProgram program, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    resources.begin();
    try (StartTurns.Turn turn = host.turns().take()) {
      Path beside = host.starts().create();
      try (UpperDraft upper = space.newUpper()) {
        List<Mount> mounts = mounts(program, beside);
        Rootfs rootfs = Rootfs.of(space.unpack(List.of()), upper, beside, mounts);
        return run(program, rootfs, mounts, turn, output);
      } finally {
        Folders.delete(beside);
      }
    } finally {
      resources.end();
    }
  }

  private int run(
      MachineProgram program,
      Rootfs rootfs,
      List<Mount> mounts,
      StartTurns.Turn turn,
      OutputSink output)
      throws EngineException, IOException, InterruptedException {
    RunSandbox sandbox = resources.plainSandbox();
    if (!program.internet() || !sandbox.hasEgress() || !Egress.isRouted()) {
      // Pinned to addresses that were checked; steps reach none of what is opened by its name.
      ContainerProcess process = process(program, mounts, new ContainerNetwork.Host());
      return run(host.start(sandbox, resources.group(), rootfs, process, output), program, turn);
    }
    RunNetworks.Endpoint own =
        networks.join(RunNetworks.DEFAULT, "context-" + UUID.randomUUID(), sandbox, null);
    try {
      ContainerProcess process = process(program, mounts, own.network());
      return run(host.start(sandbox, resources.group(), rootfs, process, output), program, turn);
    } finally {
      networks.leave(own);
    }
  }

  private int run(StartedContainer started, MachineProgram program, StartTurns.Turn turn)
      throws EngineException, IOException, InterruptedException {
    turn.started();
    boolean over = false;
    try (RunDisk.Watched disk = resources.disk().watch(started, List.of(program.folder()))) {
      while (!started.child().await(MachineProgram.BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS)) {
        program.watch().look();
      }
      int code = started.child().join();
      over = true;
      disk.check();
      started.requireMemory(code);
      started.requireBegun(code);
      return code;
    } finally {
      if (!over) {
        resources.spoil();
        started.child().kill();
      }
      started.clean().run();
    }
  }

  private static ContainerProcess process(
      MachineProgram program, List<Mount> mounts, ContainerNetwork network) {
    Map<String, String> environment = new HashMap<>(Tools.ENVIRONMENT);
    environment.putAll(program.environment());
    return new ContainerProcess(
        "context",
        program.command(),
        environment,
        program.folder().toString(),
        new ProcessUser(0, 0, List.of(), "/nonexistent"),
        mounts,
        network,
        Rights.NONE,
        Limits.NONE);
  }

  private static List<Mount> mounts(MachineProgram program, Path beside)
      throws EngineException, IOException {
    List<Mount> mounts = new ArrayList<>();
    for (String shared : SHARED) {
      Path path = Path.of(shared);
      if (Files.exists(path)) {
        mounts.add(Mount.shared(path.toRealPath(), shared));
      }
    }
    mounts.add(Mount.bind(NameFiles.file(beside.resolve("passwd"), USERS), "/etc/passwd", true));
    for (Path file : program.files()) {
      mounts.add(own(file, true));
    }
    mounts.add(own(program.folder(), false));
    return mounts;
  }

  /** Under the name that it has here, which its program was told. */
  private static Mount own(Path path, boolean readOnly) throws EngineException, IOException {
    for (String shared : SHARED) {
      if (path.startsWith(shared)) {
        throw EngineException.unsupported(
            "%s lies below %s, which programs that work for users may read: the agent's folder and its files must lie elsewhere"
                .formatted(path, shared));
      }
    }
    return Mount.bind(path.toRealPath(), path.toString(), readOnly);
  }
}
