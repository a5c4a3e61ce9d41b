package io.slipway.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.BuiltinOptions.Ids;
import io.slipway.builder.BuiltinOptions.RunLimits;
import io.slipway.builder.Limits;
import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.sandbox.ContainerProcess.ProcessUser;
import io.slipway.builder.sandbox.Containers.StartedContainer;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.ImageStore;
import io.slipway.builder.store.UpperDraft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers and the namespaces of a run in which they are started. */
@Timeout(60)
class ContainersTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final List<Mount> leaked = new ArrayList<>();
  private ImageStore store;
  private Containers containers;
  private RunSandbox sandbox;
  private RunGroup group;

  @BeforeEach
  void open() throws Exception {
    store = ImageStore.open(folder.resolve("store"), InstantSource.system());
    containers = made(null);
    sandbox = RunSandbox.of(null);
  }

  @AfterEach
  void close() throws IOException {
    sandbox.close();
    store.close();
  }

  /** What should never be in a container, got into one. */
  @Test
  void shouldShowNothingThatIsTheMachinesRootsAlone() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "of root");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    leaked.add(Mount.shared(secret, "/secret"));
    String look = "cat /secret; chmod 644 /secret";
    Containers plain = containers;
    try (MappedIds ids = MappedIds.open(Ids.AUTO);
        ImageSpace space = store.openSpace("run");
        UpperDraft first = space.newUpper();
        UpperDraft second = space.newUpper()) {
      int unused = start(space, first, new ContainerNetwork.Sandbox(), look).child().await();
      assertThat(printed.toString(StandardCharsets.UTF_8)).contains("of root");
      printed.reset();
      containers = made(ids);
      int code = start(space, second, new ContainerNetwork.Sandbox(), look).child().await();
      assertThat(code).isNotZero();
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .doesNotContain("of root")
          .contains("cat: /secret: Permission denied");
    } finally {
      containers = plain;
    }
  }

  /** Nor could who gets hold of a container's runtime before it starts change layers of others. */
  @Test
  void shouldMountNothingOfTheStoreButTheContainersOwn() throws Exception {
    Containers plain = containers;
    try (MappedIds ids = MappedIds.open(Ids.AUTO);
        ImageSpace space = store.openSpace("run");
        UpperDraft upper = space.newUpper()) {
      containers = made(ids);
      Path given = Files.createDirectory(folder.resolve("given"));
      leaked.add(Mount.bind(given, "/given", true));
      StartedContainer started =
          start(space, upper, new ContainerNetwork.Sandbox(), "echo up; exec sleep 4823");
      while (printed.size() == 0) {
        Thread.sleep(20);
      }
      List<String> mounts = new ArrayList<>();
      for (ProcessHandle each : started.child().below()) {
        mounts.addAll(Files.readAllLines(Path.of("/proc/" + each.pid() + "/mountinfo")));
      }
      assertThat(mounts)
          .anyMatch(line -> line.contains("/given ") && line.contains(" ro,"))
          .noneMatch(line -> line.split(" ")[3].startsWith(folder.resolve("store").toString()));
      started.child().kill();
      started.clean().run();
    } finally {
      containers = plain;
    }
  }

  @Test
  void shouldTakeNoPlaceThatIsNeeded() throws Exception {
    Path program = Files.createSymbolicLink(folder.resolve("program"), Path.of("/mnt"));
    try (ImageSpace space = store.openSpace("run");
        UpperDraft upper = space.newUpper();
        MappedIds ids = MappedIds.open(Ids.AUTO)) {
      Path beside = Files.createTempDirectory(folder, "beside");
      Rootfs rootfs = Rootfs.of(space.unpack(List.of()), upper, beside, List.of());
      ContainerProcess process = process(new ContainerNetwork.None(), List.of(), "true");
      assertThat(MappedFiles.of(ids, rootfs, process, Path.of("/bin/sh")).folder())
          .isEqualTo(Path.of("/mnt"));
      assertThat(MappedFiles.of(ids, rootfs, process, program).folder())
          .isEqualTo(Path.of("/media"));
    }
  }

  @Test
  void shouldTakeNoIdsThatSomebodyHas() throws Exception {
    Ids ids = Ids.parse("1900000000:65536");
    MappedIds.requireFree(ids, folder);
    Map<String, String> files =
        Map.of(
            "passwd", "a:x:1900000000:100::/:/bin/sh",
            "group", "a:x:1900065535:",
            "subuid", "a:1899999999:2",
            "subgid", "a:1900065535:65536");
    for (Map.Entry<String, String> each : files.entrySet()) {
      Path file = folder.resolve(each.getKey());
      Files.writeString(file, "# none\n\n+::::::\nb:x:1900065536:\nb:1899934464:65536\n");
      MappedIds.requireFree(ids, folder);
      Files.writeString(file, each.getValue() + "\n", StandardOpenOption.APPEND);
      assertThatThrownBy(() -> MappedIds.requireFree(ids, folder))
          .isInstanceOf(IOException.class)
          .hasMessage(file + " has some of these ids for a");
      Files.delete(file);
    }
  }

  private Containers made(@Nullable MappedIds ids) throws Exception {
    return LauncherChoice.make(
            BuiltinOptions.LAUNCHERS,
            ids,
            folder.resolve("launchers"),
            store,
            InstantSource.system())
        .chosen()
        .orElseThrow();
  }

  private StartedContainer start(
      ImageSpace space, UpperDraft upper, ContainerNetwork network, String command)
      throws Exception {
    List<Mount> mounts = new ArrayList<>(leaked);
    for (String shared : List.of("/usr", "/lib", "/lib64", "/bin")) {
      if (Files.isDirectory(Path.of(shared))) {
        mounts.add(Mount.shared(Path.of(shared).toRealPath(), shared));
      }
    }
    ContainerProcess process = process(network, mounts, command);
    Path beside = Files.createTempDirectory(folder, "beside");
    Rootfs rootfs = Rootfs.of(space.unpack(List.of()), upper, beside, mounts);
    group = containers.openGroup("run", RunLimits.NONE);
    return containers.start(sandbox, group, rootfs, process, printed::write);
  }

  private static ContainerProcess process(
      ContainerNetwork network, List<Mount> mounts, String command) {
    return new ContainerProcess(
        "test",
        List.of(Tools.find("sh").orElseThrow().toString(), "-c", command),
        Map.of("PATH", "/usr/bin:/bin"),
        "/",
        new ProcessUser(0, 0, List.of(), "/root"),
        mounts,
        network,
        ContainerProcess.Rights.USUAL,
        Limits.NONE);
  }

  @Test
  void shouldTellAContainerThatFailedFromOneThatDidNotBegin() throws Exception {
    try (ImageSpace space = store.openSpace("run");
        UpperDraft failed = space.newUpper();
        UpperDraft unconnected = space.newUpper()) {
      StartedContainer failing = start(space, failed, new ContainerNetwork.Sandbox(), "exit 7");
      int seven = failing.child().await();
      assertThat(seven).isEqualTo(7);
      assertThatCode(() -> failing.requireBegun(seven)).doesNotThrowAnyException();

      // There is no such bridge.
      StartedContainer none =
          start(space, unconnected, new ContainerNetwork.Joined(9, 2, false, null), "exit 7");
      int code = none.child().await();
      assertThatThrownBy(() -> none.requireBegun(code))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("could not be set up");
      assertThat(printed.toString(StandardCharsets.UTF_8)).contains("acb9");
    }
  }

  /** A sync at its end would wait for all that anybody has written to that file system. */
  @Test
  void shouldNotSyncWhatAContainerWritesToItsRoot() throws Exception {
    try (ImageSpace space = store.openSpace("run");
        UpperDraft upper = space.newUpper()) {
      StartedContainer started =
          start(space, upper, new ContainerNetwork.Sandbox(), "cat /proc/self/mounts");
      assertThat(started.child().await()).isZero();
      assertThat(printed.toString(StandardCharsets.UTF_8).lines())
          .anyMatch(line -> line.contains(" / overlay ") && line.contains("volatile"));
    }
  }

  /** Those of runs, in all hierarchies. */
  private List<Path> groups() throws IOException {
    List<Path> groups = new ArrayList<>();
    try (Stream<Path> below = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (Path each : Stream.concat(below, Stream.of(Path.of("/sys/fs/cgroup"))).toList()) {
        if (Files.isDirectory(each.resolve(parent()))) {
          try (Stream<Path> own = Files.list(each.resolve(parent()))) {
            own.filter(Files::isDirectory).forEach(groups::add);
          }
        }
      }
    }
    return groups;
  }

  private String parent() {
    String path = new ControlGroups(folder.resolve("launchers")).path("x", "y");
    return path.split("/")[1];
  }

  @Test
  void shouldTakeAwayWhatAnEarlierProcessLeft() throws Exception {
    Path hierarchy =
        Stream.of("/sys/fs/cgroup/pids", "/sys/fs/cgroup")
            .map(Path::of)
            .filter(Files::isDirectory)
            .findFirst()
            .orElseThrow();
    Path left = Files.createDirectories(hierarchy.resolve(parent()).resolve("run"));
    Files.createDirectories(left.resolve("slipway-left"));
    Path single = Files.createDirectories(hierarchy.resolve("slipway-" + UUID.randomUUID()));
    Path unused = Files.createDirectories(hierarchy.resolve("slipway-0123456789abcdef"));
    Path begun = Files.createDirectories(hierarchy.resolve("slipway-fedcba9876543210/run"));
    assertThat(groups()).containsExactly(left);
    ControlGroups groups = new ControlGroups(folder.resolve("launchers"));
    groups.sweep();
    groups.sweepOthers(Instant.now());
    assertThat(groups()).isEmpty();
    assertThat(left.getParent()).doesNotExist();
    assertThat(single).as("of a version that had none for the engine").doesNotExist();
    assertThat(unused).as("of an engine that is gone").doesNotExist();
    assertThat(begun).as("of another engine's run, between two steps").exists();
    Files.setLastModifiedTime(begun, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    groups.sweepOthers(Instant.now());
    assertThat(begun.getParent()).as("of another engine's run that is long over").doesNotExist();
  }

  @Test
  void shouldHaveEndedEverythingOnceTheSandboxIsClosed() throws Exception {
    try (ImageSpace space = store.openSpace("run");
        UpperDraft upper = space.newUpper()) {
      StartedContainer running =
          start(space, upper, new ContainerNetwork.Sandbox(), "setsid sleep 50 & sleep 50");
      while (running.child().below().size() < 4) {
        Thread.sleep(10);
      }
      List<ProcessHandle> below = running.child().below();
      assertThat(groups()).as("control groups of the engine").isNotEmpty();
      String program = Tools.find(containers.launcher()).orElseThrow().toString();
      assertThat(below)
          .as("mounts of the runtime, whose program no container may write")
          .anySatisfy(each ->
              assertThat(Path.of("/proc", String.valueOf(each.pid()), "mountinfo"))
                  .content()
                  .containsPattern(" " + program + " ro,"));
      sandbox.close();
      running.clean().run();
      group.close();
      assertThat(groups()).isEmpty();
      assertThat(running.child().isAlive()).isFalse();
      assertThat(below).noneMatch(ProcessHandle::isAlive);
    }
  }
}
