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
  private static final Pattern SSH = Pattern.compile("(?:git@|ssh://).*");

  private static final String OTHER = "; an agent with slipway.agent.engine=docker can";
  private static final Set<String> MOUNTS = Set.of("bind", "cache", "tmpfs", "secret");

  /** Docker's front end, in whatever version: what this engine lacks of one is refused by name. */
  private static final Pattern DOCKERS_OWN =
      Pattern.compile(
          "(docker\\.io/)?docker/dockerfile(-upstream)?(:[\\w.-]+)?(@sha256:[0-9a-f]{64})?");

  private Refusals() {}

  static void check(Dockerfile file, BuildRequest request) throws EngineException {
    String given = request.buildArgs().get(BuildArguments.SYNTAX);
    boolean overridden = given != null && !given.isBlank();
    String syntax = overridden ? given : file.syntax();
    // What follows the first word is for the front end.
    if (syntax != null && !DOCKERS_OWN.matches(syntax.strip().split("\\s", 2)[0])) {
      throw EngineException.unsupported(
          (overridden ? "--build-arg " + BuildArguments.SYNTAX : "the Dockerfile")
              + " asks for the front end '"
              + syntax
              + (overridden ? "'" : "' by # syntax=")
              + "; the built-in engine reads docker/dockerfile only"
              + OTHER);
    }
    if (request.network().equals("host")) {
      throw EngineException.unsupported(
          "--network host is not allowed: the network of an agent's machine is not for builds");
    }
    ulimits(request.limits().ulimits());
    for (Stage stage : file.stages()) {
      for (Instruction instruction : stage.instructions()) {
        check(instruction);
      }
    }
  }

  /** Refuses what an instruction asks for and is not there. */
  static void check(Instruction instruction) throws EngineException {
    switch (instruction) {
      case Instruction.Run run -> run(run);
      case Instruction.Add add -> add(add);
      default -> {}
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
      if (!String.valueOf(mount.get("type")).contains("$")) {
        mount(run, mount);
      }
    }
    if (!run.devices().isEmpty()) {
      throw unsupported(
          run,
          "RUN --device=%s is not allowed: builds reach no devices of the agent's machine"
              .formatted(run.devices().getFirst()));
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

  /** Refuses mounts of which the type or an option is not there. */
  static void mount(Instruction.Run run, Map<String, String> mount) throws EngineException {
    String type = mount.getOrDefault("type", "bind");
    if (type.equals("ssh")) {
      throw unsupported(
          run,
          "RUN --mount=type=ssh is not supported: agents lend no keys to builds; give one as a"
              + " secret, by --secret and RUN --mount=type=secret");
    }
    if (!MOUNTS.contains(type)) {
      throw user(
          run, "RUN --mount=type=" + type + " is none of bind, cache, secret, ssh and tmpfs");
    }
    if (type.equals("cache") && mount.containsKey("source") && !mount.containsKey("from")) {
      throw user(run, "RUN --mount=type=cache with source= needs from=, where that is");
    }
    if (type.equals("secret") && mount.containsKey("id") && mount.containsKey("source")) {
      throw user(run, "RUN --mount=type=secret has both id= and source=, which mean the same");
    }
  }

  private static void add(Instruction.Add add) throws EngineException {
    for (String source : add.sources()) {
      git(add, source);
    }
    if (add.flags().containsKey("checksum") && add.sources().size() != 1) {
      throw user(add, "ADD --checksum is for one source, not for " + add.sources().size());
    }
  }

  /** Refuses a git repository that needs a key: agents lend none to builds. */
  static void git(Instruction add, String source) throws EngineException {
    if (SSH.matches(source)) {
      throw unsupported(
          add,
          "ADD of a git repository over ssh is not supported: agents lend no keys to builds; use"
              + " its https address, for a private one with --secret id=GIT_AUTH_TOKEN");
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
