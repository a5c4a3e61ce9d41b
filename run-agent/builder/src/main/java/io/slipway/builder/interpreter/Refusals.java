package io.slipway.builder.interpreter;

import com.google.re2j.Pattern;
import io.slipway.builder.BuildRequest;
import io.slipway.builder.EngineException;
import io.slipway.builder.config.Platform;
import io.slipway.builder.dockerfile.Dockerfile;
import io.slipway.builder.dockerfile.Dockerfile.Stage;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.sandbox.Ulimit;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this engine cannot do, found before anything is done. */
final class Refusals {
  private static final Pattern GIT = Pattern.compile("https?://.*\\.git(#.*)?");

  private static final String OTHER = "; an agent with slipway.agent.engine=docker can";
  private static final Set<String> MOUNTS = Set.of("bind", "cache", "tmpfs", "secret");

  /** Docker's front end, in whatever version: what this engine lacks of one is refused by name. */
  private static final Pattern DOCKERS_OWN =
      Pattern.compile(
          "(docker\\.io/)?docker/dockerfile(-upstream)?(:[\\w.-]+)?(@sha256:[0-9a-f]{64})?");

  private Refusals() {}

  static void check(Dockerfile file, BuildRequest request) throws EngineException {
    String syntax = file.syntax();
    if (syntax != null && !DOCKERS_OWN.matcher(syntax).matches()) {
      throw EngineException.unsupported(
          "the Dockerfile asks for the front end '"
              + syntax
              + "' by # syntax=; the built-in engine reads docker/dockerfile only"
              + OTHER);
    }
    if (request.network().equals("host")) {
      throw EngineException.unsupported(
          "--network host is not allowed: the network of an agent's machine is not for builds");
    }
    ulimits(request.limits().ulimits());
    for (Stage stage : file.stages()) {
      for (Instruction instruction : stage.instructions()) {
        switch (instruction) {
          case Instruction.Run run -> run(run);
          case Instruction.Add add -> add(add);
          default -> {}
        }
      }
    }
  }

  private static void ulimits(Map<String, String> ulimits) throws EngineException {
    try {
      ulimits.forEach(Ulimit::parse);
    } catch (IllegalArgumentException wrong) {
      throw EngineException.user("--ulimit: " + wrong.getMessage(), wrong);
    }
  }

  /** Refuses programs of another platform than the machine's. */
  static void requireRunnable(Stage stage, Platform of) throws EngineException {
    for (Instruction instruction : stage.instructions()) {
      if (instruction instanceof Instruction.Run && !ForeignPrograms.run(of)) {
        throw unsupported(
            instruction,
            "this machine is "
                + Platform.current()
                + " and cannot run programs of "
                + of
                + "; it could with an emulator (apt-get install qemu-user-static binfmt-support),"
                + " or take an agent of that kind; nothing was built");
      }
    }
  }

  private static void run(Instruction.Run run) throws EngineException {
    for (Map<String, String> mount : run.mounts()) {
      String type = mount.getOrDefault("type", "bind");
      if (!MOUNTS.contains(type)) {
        throw unsupported(
            run, "RUN --mount=type=" + type + " is not supported by the built-in engine" + OTHER);
      }
      if (type.equals("cache") && mount.containsKey("from")) {
        throw unsupported(
            run,
            "RUN --mount=type=cache with from= is not supported by the built-in engine" + OTHER);
      }
    }
    @Nullable String security = run.security();
    if (security != null && !security.equals("sandbox")) {
      throw unsupported(run, "RUN --security=" + security + " is not allowed");
    }
    @Nullable String network = run.network();
    if (network != null && !network.equals("default") && !network.equals("none")) {
      throw unsupported(run, "RUN --network=" + network + " is not allowed");
    }
  }

  private static void add(Instruction.Add add) throws EngineException {
    for (String source : add.sources()) {
      if (source.startsWith("git@") || GIT.matcher(source).matches()) {
        throw unsupported(
            add, "ADD of a git repository is not supported by the built-in engine" + OTHER);
      }
    }
  }

  /** The Dockerfile or its program is wrong. */
  static EngineException user(Instruction at, String message) {
    return EngineException.user("Dockerfile line " + at.line() + ": " + message);
  }

  /** This engine cannot do it. */
  static EngineException unsupported(Instruction at, String message) {
    return EngineException.unsupported("Dockerfile line " + at.line() + ": " + message);
  }
}
