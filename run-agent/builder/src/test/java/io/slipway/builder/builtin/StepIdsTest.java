package io.slipway.builder.builtin;

import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.BuiltinOptions.Allowed;
import io.slipway.builder.BuiltinOptions.Ids;
import io.slipway.builder.BuiltinOptions.PortRange;
import io.slipway.builder.RegistryOptions;
import io.slipway.builder.layer.NativeFiles;
import io.slipway.builder.store.ImageStore;
import io.slipway.builder.support.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ids of the machine stand for those of containers. */
@Timeout(120)
class StepIdsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void shouldHaveARootThatIsNobodyOnTheMachine(String launcher) throws Exception {
    Object machine = owner(Path.of("/dev/null"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    BuiltinOptions options =
        BuiltinOptions.in(link.resolve("engine"))
            .withLaunchers(List.of(launcher))
            .mapping(Ids.AUTO);
    try (Workbench bench = Workbench.builtin(folder, options)) {
      assertThat(bench.engine.processors().limited()).as("limits of control groups").isTrue();
      assertThat(bench.engine.probes())
          .anyMatch(probe -> probe.detail().contains("nobody on the machine (from 2013265920 on)"));
      bench.file("far", "of a user above those of containers");
      bench.build(
          "FROM test.local/base:1",
          "COPY --chown=200000000:200000000 far /far",
          "RUN echo x > /own && echo y > /other && chown 70000:70001 /other && chmod 4755 /own &&"
              + " perl -e '%s' && stat -c %%u:%%g /far > /seen-far".formatted(GIVE_RIGHTS));
      bench.container(
          "test.local/result:1",
          List.of(
              "/bin/sh",
              "-c",
              "umask 077; stat -c %u:%g /own /other > /workspace/seen; echo changed >> /other;"
                  + " mv /workspace/seen /workspace/left; exec sleep 4822"),
          "c1",
          true);
      Path left = bench.workspace.resolve("left");
      while (!Files.exists(left) || step().isEmpty()) {
        Thread.sleep(20);
      }
      assertThat(left).hasContent("0:0\n70000:70001");
      assertThat(owner(left)).as("of a file that a step left, on the disk").isEqualTo(0);
      String low = "socket(S, 2, 1, 6) && bind(S, pack(q(S n N x8), 2, 80, 0)) && print q(bound)";
      assertThat(bench.sh("cat /workspace/left; id -u; perl -e '" + low + "'"))
          .isEqualTo("0:0\n70000:70001\n0\nbound");
      bench.network = "none";
      // crun gives /dev/null to its containers, runc a pipe; both say at once that it is over.
      String input = "; stat -L -c ' %t:%T' /dev/stdin; cat; cat /seen-far";
      assertThat(bench.sh("perl -e '" + low + "'" + input))
          .isEqualTo("bound %s\n65534:65534".formatted(launcher.equals("crun") ? "1:3" : "0:0"));
      bench.network = null;
      assertThat(Files.readString(Path.of("/proc/key-users")))
          .as("keys that count as those of the container's root")
          .doesNotContain(Ids.AUTO.first() + ":");
      ProcessHandle step = step().orElseThrow();
      assertThat(Path.of("/proc/" + step.pid() + "/status"))
          .content()
          .contains("Uid:\t%1$d\t%1$d\t".formatted(Ids.AUTO.first()));
      Map<String, Integer> owners = Map.of("own", 0, "other", 70_000, "far", 200_000_000);
      for (String layer : owners.keySet()) {
        try (Stream<Path> files = Files.walk(folder.resolve("engine/images/layers"), 3)) {
          assertThat(files.filter(file -> file.endsWith("fs/" + layer)))
              .as("what RUN made, on the disk")
              .singleElement()
              .satisfies(file -> assertThat(owner(file)).isEqualTo(owners.get(layer)));
        }
      }
      try (Stream<Path> files = Files.walk(folder.resolve("engine/images/layers"), 3)) {
        Path own = files.filter(file -> file.endsWith("fs/own")).findFirst().orElseThrow();
        assertThat(NativeFiles.attribute(own, "security.capability").orElseThrow())
            .as("rights of a file in the form that names no root, as images have it")
            .hasSize(20);
      }
      assertThat(Files.getPosixFilePermissions(folder.resolve("engine")))
          .as("where programs lie that are root's for who may go there")
          .containsOnly(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE);
      assertThat(owner(Path.of("/dev/null"))).isEqualTo(machine);
    }
  }

  /** Sets the capabilities of a file, as programs of today do, which name no root. */
  private static final String GIVE_RIGHTS =
      "($file, $name, $rights) = (\"/own\", \"security.capability\", pack(\"V5\", 0x2000001, 1024));"
          + " syscall(%d, $file, $name, $rights, 20, 0) == 0 or die \"setxattr: $!\""
              .formatted(System.getProperty("os.arch").equals("aarch64") ? 5 : 188);

  private static Object owner(Path file) throws IOException {
    return Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void shouldRefuseIdsThatAreNoneOrCannotBeHad() {
    for (String text :
        List.of("", "root", "0:65536", "65535:65536", "100000:1000", "2147352575:65536", "1:x")) {
      assertThatThrownBy(() -> Ids.parse(text))
          .hasMessageContaining("slipway.agent.ids=" + text + ": expected auto, machine");
    }
    BuiltinOptions options =
        BuiltinOptions.in(folder.resolve("engine"))
            .allowing(new Allowed(false, false, RegistryOptions.INTERNET, true, PortRange.NONE))
            .mapping(Ids.parse("1900000000:65536"));
    assertThatThrownBy(() -> BuiltinEngine.open(options, InstantSource.system()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("slipway.agent.ids=1900000000:65536 fails: raw sockets");
  }

  @Test
  void shouldNotGoOnWithoutIdsWhenInterrupted() throws Exception {
    BuiltinOptions options =
        BuiltinOptions.in(Files.createDirectory(folder.resolve("engine")))
            .mapping(Ids.parse("1900000000:65536"));
    try (ImageStore store = ImageStore.open(folder.resolve("images"), InstantSource.system())) {
      Host host = new Host(options, store, InstantSource.system());
      Thread.currentThread().interrupt();
      assertThatThrownBy(host::requireIds)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("slipway.agent.ids=1900000000:65536");
      assertThat(Thread.interrupted()).isTrue();
      host.close();
    }
  }

  /** The process of the step that is waited for; the container's, not what started it. */
  private static Optional<ProcessHandle> step() {
    return ProcessHandle.allProcesses()
        .filter(each -> each.info().commandLine().orElse("").endsWith("sleep 4822"))
        .filter(each -> !each.info().commandLine().orElse("").contains(" -c "))
        .max(Comparator.comparing(ProcessHandle::pid));
  }
}
