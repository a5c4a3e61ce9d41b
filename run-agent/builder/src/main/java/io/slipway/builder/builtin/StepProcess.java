package io.slipway.builder.builtin;

import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.config.ImageConfig;
import io.slipway.builder.interpreter.UserLookup;
import io.slipway.builder.process.HostName;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.sandbox.ContainerProcess.ProcessUser;
import io.slipway.builder.sandbox.ContainerProcess.Rights;
import io.slipway.builder.store.ImageTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a step's container executes, decided from the step and its image. Pure. */
final class StepProcess {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  static final String HOME = "/acb/home";

  private final ContainerSpec spec;
  private final ImageConfig config;
  private final ImageTree tree;

  StepProcess(ContainerSpec spec, ImageConfig config, ImageTree tree) {
    this.spec = spec;
    this.config = config;
    this.tree = tree;
  }

  ContainerProcess over(List<Mount> mounts, ContainerNetwork network) throws EngineException {
    return new ContainerProcess(
        HostName.of(spec.name()),
        command(),
        environment(),
        folder(),
        user(),
        mounts,
        network,
        spec.privileged() ? Rights.ALL : Rights.USUAL,
        spec.limits());
  }

  private Map<String, String> environment() {
    Map<String, String> env = new TreeMap<>();
    env.put("PATH", PATH);
    for (String line : config.env()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        env.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    env.put("HOME", HOME);
    env.putAll(spec.env());
    return env;
  }

  private String folder() {
    String folder = spec.workingDirectory() == null ? config.workingDir() : spec.workingDirectory();
    return folder.isEmpty() ? "/" : folder;
  }

  private List<String> command() throws EngineException {
    List<String> command = new ArrayList<>();
    String entryPoint = spec.entryPoint();
    if (entryPoint != null && !entryPoint.isEmpty()) {
      command.add(entryPoint);
      command.addAll(spec.arguments());
    } else {
      command.addAll(config.entrypoint());
      command.addAll(spec.arguments().isEmpty() ? config.cmd() : spec.arguments());
    }
    if (command.isEmpty()) {
      throw EngineException.user("No command specified: the image has none either");
    }
    return command;
  }

  private ProcessUser user() throws EngineException {
    try {
      return UserLookup.of(tree).find(spec.user() == null ? config.user() : spec.user());
    } catch (IOException unknown) {
      throw EngineException.user(unknown);
    }
  }
}
