package io.slipway.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.builder.process.ChildProcess;
import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess.Rights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What crun gets is what it would have made itself. */
@Timeout(60)
class SeccompFilterTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String ID = "slipway-seccomp-filter-test";

  /** A bundle with the machine's programs; its profile is put in by the test. */
  private static final String CONFIG =
      """
      {"ociVersion": "1.0.2", "root": {"path": "rootfs"},
       "process": {"cwd": "/", "args": ["sleep", "60"], "env": ["PATH=/usr/bin:/bin"],
                   "user": {"uid": 0, "gid": 0}, "capabilities": {}},
       "mounts": [%s {"destination": "/proc", "type": "proc", "source": "proc"}],
       "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}]}}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Rights.class)
  void shouldMakeTheFilterThatCrunMakes(Rights rights) throws Exception {
    SeccompProfile.Made profile = SeccompProfile.of(OciConfig.capabilities(rights));
    String made = profile.filter().orElseThrow();

    assertThat(Base64.getDecoder().decode(made)).isEqualTo(byCrun(profile.json()));
  }

  @Test
  void shouldRefuseWhatLibseccompDoesNotKnow() {
    ObjectNode profile = SeccompProfile.of(List.of()).json().deepCopy();
    profile.withArray("architectures").add("SCMP_ARCH_ABACUS");

    assertThatThrownBy(() -> SeccompFilter.base64(profile))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("SCMP_ARCH_ABACUS");
  }

  private byte[] byCrun(ObjectNode profile) throws Exception {
    StringBuilder mounts = new StringBuilder();
    for (String shared : List.of("/usr", "/lib", "/lib64", "/bin")) {
      if (Files.isDirectory(Path.of(shared))) {
        mounts.append(
            "{\"destination\": \"%1$s\", \"source\": \"%1$s\", \"options\": [\"rbind\", \"ro\"]},"
                .formatted(shared));
      }
    }
    ObjectNode config = (ObjectNode) MAPPER.readTree(CONFIG.formatted(mounts));
    config.withObject("/linux").set("seccomp", profile);
    Files.createDirectories(folder.resolve("rootfs/proc"));
    Files.createDirectories(folder.resolve("rootfs/dev"));
    MAPPER.writeValue(folder.resolve("config.json").toFile(), config);
    Path state = folder.resolve("state");
    String run =
        "exec crun --root %s run --bundle %s %s"
            .formatted(Tools.quote(state.toString()), Tools.quote(folder.toString()), ID);
    try (RunSandbox sandbox = RunSandbox.of(null)) {
      StringBuffer printed = new StringBuffer();
      List<String> words = sandbox.enter(Optional.empty(), sandbox.network());
      words.addAll(List.of("sh", "-c", run));
      ChildProcess crun =
          sandbox.start(
              words,
              ChildProcess.NOTHING,
              (bytes, from, count) ->
                  printed.append(new String(bytes, from, count, StandardCharsets.UTF_8)));
      Path filter = state.resolve(ID).resolve("seccomp.bpf");
      Path status = state.resolve(ID).resolve("status");
      while (!Files.exists(status)) {
        assertThat(crun.isAlive()).as(printed::toString).isTrue();
        Thread.sleep(10);
      }
      byte[] bytes = Files.readAllBytes(filter);
      crun.kill();
      return bytes;
    }
  }
}
