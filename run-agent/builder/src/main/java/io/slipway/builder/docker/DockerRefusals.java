package io.slipway.builder.docker;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.DockerOptions;
import io.slipway.builder.EngineException;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.OutputSink;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Map;

/** What a build asks for and this agent's Docker or Podman cannot do, found before it begins. */
final class DockerRefusals {
  private static final String CONTEXT = "--build-context";
  private static final String FILTER = "--no-cache-filter";
  private static final String BUILTIN = "an agent with slipway.agent.engine=builtin";

  private final DockerOptions options;
  private final DockerCommand command;
  private final BuildRequest request;

  DockerRefusals(DockerOptions options, DockerCommand command, BuildRequest request) {
    this.options = options;
    this.command = command;
    this.request = request;
  }

  /**
   * Refuses what cannot be done by its name.
   *
   * @param output is told what is done in another way
   */
  void check(OutputSink output) throws EngineException, InterruptedException {
    boolean host = request.network().equals("host") && options.hostNetworkAllowed();
    if (!host && !request.network().equals("default") && !request.network().equals("none")) {
      throw unsupported("--network " + request.network() + " is not allowed: it is not for builds");
    }
    if (request.platforms().size() > 1) {
      throw unsupported(
          "--platform %s: several at once need %s"
              .formatted(String.join(",", request.platforms()), BUILTIN));
    }
    if (!request.annotations().isEmpty()) {
      throw unsupported(
          "--annotation needs "
              + BUILTIN
              + ": Docker does not keep annotations of images that it pushes later");
    }
    if (request.command().result().rewriteTimes()) {
      throw unsupported("--output rewrite-timestamp=true needs " + BUILTIN);
    }
    for (Map.Entry<String, ExtraContext> each : request.contexts().byName().entrySet()) {
      if (each.getValue() instanceof ExtraContext.Layout) {
        throw unsupported(
            CONTEXT
                + " "
                + each.getKey()
                + ": an oci-layout needs "
                + BUILTIN
                + "; Podman takes it for a folder, Docker's own builder cannot read it");
      }
    }
    if (!request.contexts().isEmpty() || !request.noCacheFor().isEmpty()) {
      flags(output);
    }
  }

  /** Older programs, and Docker without buildx, have the flags of the classic builder only. */
  private void flags(OutputSink output) throws EngineException, InterruptedException {
    String help = command.call("build", "--help");
    String program = options.program().substring(options.program().lastIndexOf('/') + 1);
    if (!request.contexts().isEmpty() && !help.contains(CONTEXT)) {
      throw unknown(program, CONTEXT, "Docker with buildx, Podman 4.2 or later");
    }
    if (help.contains(FILTER)) {
      return;
    }
    if (!request.noCacheFor().isEmpty()) {
      throw unknown(program, FILTER, "Docker with buildx");
    }
    request
        .contexts()
        .byName()
        .forEach((name, context) -> {
          if (context instanceof ExtraContext.Folder folder
              && Files.exists(folder.path().resolve(".dockerignore"), LinkOption.NOFOLLOW_LINKS)) {
            output.line(
                "WARNING: this agent's %s copies what .dockerignore leaves out of build context %s"
                    .formatted(program, name));
          }
        });
  }

  private static EngineException unknown(String program, String flag, String programs) {
    return unsupported(
        "%s is not known to this agent's %s; it needs %s, or %s"
            .formatted(flag, program, programs, BUILTIN));
  }

  private static EngineException unsupported(String message) {
    return EngineException.unsupported(message);
  }
}
