package io.slipway.bench.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** buildah or podman, with a store of its own. */
public final class BuildahContestant implements Contestant {
  private final String program;
  private final Path folder;

  /** {@code buildah} or {@code podman} over a folder of its own. */
  public BuildahContestant(String program, Path folder) {
    this.program = program;
    this.folder = folder;
  }

  @Override
  public String name() {
    return program;
  }

  @Override
  public void wipe() throws IOException, InterruptedException {
    // Its layers belong to other users; the program knows how to delete them.
    if (Files.isDirectory(folder.resolve("root"))) {
      call("rmi", "--all", "--force");
    }
  }

  @Override
  public void buildAndPush(Work work, String target) throws IOException, InterruptedException {
    call(
        program.equals("buildah") ? "bud" : "build",
        "--layers",
        "--tls-verify=false",
        // The only isolation that both run with on machines where they lack CAP_SYS_RESOURCE.
        "--isolation=chroot",
        "--file",
        work.dockerfile().toString(),
        "--build-arg",
        "REGISTRY_NAME=" + work.registry(),
        "--tag",
        target,
        work.context().toString());
    call("push", "--tls-verify=false", target);
  }

  private void call(String... words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                program,
                "--root",
                folder.resolve("root").toString(),
                "--runroot",
                folder.resolve("run").toString()));
    command.addAll(List.of(words));
    Commands.run(Map.of(), command);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    Commands.run(Map.of(), List.of("rm", "-rf", "--one-file-system", "--", folder.toString()));
  }
}
