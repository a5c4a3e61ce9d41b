package io.slipway.local.part;

import io.slipway.infra.ChildProcess;
import io.slipway.infra.ClassArchive;
import io.slipway.infra.Waiting;
import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A Quarkus service in its own JVM.
 *
 * @param name its name
 * @param jar its runnable jar
 * @param before words before its command, see {@link UserNamespace}; mostly none
 * @param options options of its JVM
 * @param config its properties file
 * @param log file of its output
 * @param health how it is asked whether it is ready
 */
public record ServicePart(
    String name,
    List<String> before,
    Path jar,
    List<String> options,
    Path config,
    Path log,
    Health health)
    implements Part {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  /**
   * Names of files in images and contexts are UTF-8. A pool of native memory for each of many
   * threads would keep what the compilers had in it.
   */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("LC_ALL", "C.UTF-8", "MALLOC_ARENA_MAX", "2");

  /**
   * Options for a service: small, with a heap that grows only when it must. What a request or a run
   * needs must end in the young part of it: what gets out of there stays until the heap has reached
   * its limit, and by default the young part is a third of a heap that has not grown yet, which is
   * filled several times a second. Both compilers: with the quick one alone a signature costs nine
   * times as much for ever. The other one waits for code that is really hot, which saves it a third
   * of the processor time of a start.
   */
  public static final List<String> SMALL =
      List.of(
          "-Xms56m",
          "-Xmn24m",
          "-Xmx160m",
          "-XX:Tier4InvocationThreshold=30000",
          "-XX:Tier4MinInvocationThreshold=10000",
          "-XX:Tier4CompileThreshold=60000",
          "-XX:Tier4BackEdgeThreshold=120000",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError");

  /**
   * Options for an agent: it compresses and hashes, which pays for the better compiler, and takes
   * half a gigabyte for that if it must, but not for the remains of runs.
   */
  public static final List<String> WORKSHOP =
      List.of(
          "-Xms72m",
          "-Xmn40m",
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError");

  @Override
  public ChildProcess start() {
    try {
      ClassArchive archive = archive();
      ChildProcess process =
          ChildProcess.start(
              name, command(archive), ENVIRONMENT, Objects.requireNonNull(log.getParent()), log);
      try {
        Waiting.until(process, LIMIT, health::ready);
        return process;
      } catch (RuntimeException failed) {
        process.close();
        if (archive.dropAfterCrash(process)) {
          return start();
        }
        throw failed;
      }
    } catch (IOException failed) {
      throw new LocalException(name + " cannot be started: " + failed.getMessage(), failed);
    }
  }

  @Override
  public void quicken(Path log) throws IOException {
    archive().make(name, recordedClasses(), log);
  }

  /** It lies beside the jars, where a build that makes them anew deletes it. */
  private ClassArchive archive() {
    Path jars = Objects.requireNonNull(jar.getParent());
    return ClassArchive.of(jars, jvmOptions(), jar.toString(), jars);
  }

  /** Beside its configuration: a folder that the service may write to in any user namespace. */
  private Path recordedClasses() {
    return config.resolveSibling(name + ".classes");
  }

  private List<String> jvmOptions() {
    List<String> all = new ArrayList<>(options);
    if (Runtime.version().feature() >= 25) {
      all.add("-XX:+UseCompactObjectHeaders");
      // What the compilers took goes back to the system when they are done.
      all.add("-XX:TrimNativeHeapInterval=5000");
    }
    if (Runtime.version().feature() >= 24) {
      all.add("--sun-misc-unsafe-memory-access=allow");
      all.add("--enable-native-access=ALL-UNNAMED");
    }
    return all;
  }

  private List<String> command(ClassArchive archive) {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(archive.jvmOptions(recordedClasses()));
    command.addAll(
        List.of(
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dquarkus.log.console.color=false",
            "-Dsmallrye.config.locations=" + config.toUri(),
            "-jar",
            jar.toString()));
    return command;
  }
}
