package io.slipway.builder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations of images: nothing is lost, not even what is unknown here. */
class ImageConfigTest {
  private static final String LAYER = Sha256.of("layer");
  private static final String JSON =
      """
      {"architecture":"arm64","variant":"v8","os":"linux","moby.buildkit.cache.v0":"kept",
       "created":"2024-01-02T03:04:05.678901234+02:00","author":"somebody",
       "config":{"Env":["PATH=/bin","A=1"],"Cmd":["node"],"Entrypoint":["/init","--"],
        "Shell":["/bin/bash","-c"],"OnBuild":["COPY . /app"],"StopSignal":"SIGQUIT",
        "User":"node:node","WorkingDir":"/src","ExposedPorts":{"80/tcp":{}},
        "Volumes":{"/data":{}},"Labels":{"a":"b"},"ArgsEscaped":true,
        "Healthcheck":{"Test":["CMD","true"],"Interval":5000000000,"Retries":4}},
       "history":[{"created":"2024-01-02T03:04:05Z","created_by":"COPY","comment":"c"},
        {"created_by":"CMD","empty_layer":true}],
       "rootfs":{"type":"layers","diff_ids":["%s"]}}\
      """
          .formatted(LAYER);

  @Test
  void allFieldsAreRead() throws Exception {
    ImageConfig config = ImageConfig.parse(JSON);
    assertThat(config.json()).isEqualTo(JSON);
    assertThat(config.digest()).isEqualTo(Sha256.of(JSON));
    assertThat(config.platform()).isEqualTo(new Platform("linux", "arm64", "v8"));
    assertThat(config.env()).containsExactly("PATH=/bin", "A=1");
    assertThat(config.cmd()).containsExactly("node");
    assertThat(config.entrypoint()).containsExactly("/init", "--");
    assertThat(config.shell()).containsExactly("/bin/bash", "-c");
    assertThat(config.onBuild()).containsExactly("COPY . /app");
    assertThat(config.stopSignal()).isEqualTo("SIGQUIT");
    assertThat(config.user()).isEqualTo("node:node");
    assertThat(config.workingDir()).isEqualTo("/src");
    assertThat(config.volumes()).containsExactly("/data");
    assertThat(config.labels()).isEqualTo(Map.of("a", "b"));
    assertThat(config.author()).isEqualTo("somebody");
    assertThat(config.created()).contains(Instant.parse("2024-01-02T01:04:05.678901234Z"));
    assertThat(config.diffIds()).containsExactly(LAYER);
    assertThat(config.healthcheck())
        .contains(
            new ImageConfig.Healthcheck(
                List.of("CMD", "true"),
                Duration.ofSeconds(5),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                4));
    assertThat(config.history())
        .containsExactly(
            new ImageConfig.HistoryEntry(Instant.parse("2024-01-02T03:04:05Z"), "COPY", "c", false),
            new ImageConfig.HistoryEntry(null, "CMD", null, true));
  }

  @Test
  void aChangeKeepsAllElse() throws Exception {
    ImageConfig changed =
        ImageConfig.parse(JSON)
            .edit()
            .env("A", "2")
            .env("B", "")
            .cmd(List.of())
            .expose(Set.of("443/tcp"))
            .labels(Map.of("c", "d"))
            .addLayer(Sha256.of("second"))
            .addHistory(new ImageConfig.HistoryEntry(null, "RUN x", null, false))
            .done();
    assertThat(changed.env()).containsExactly("PATH=/bin", "A=2", "B=");
    assertThat(changed.cmd()).isEmpty();
    assertThat(changed.json()).contains("\"443/tcp\":{}").contains("\"80/tcp\":{}");
    assertThat(changed.labels()).isEqualTo(Map.of("a", "b", "c", "d"));
    assertThat(changed.diffIds()).containsExactly(LAYER, Sha256.of("second"));
    assertThat(changed.history()).hasSize(3);
    assertThat(changed.json())
        .contains("\"moby.buildkit.cache.v0\":\"kept\"", "\"ArgsEscaped\":true")
        .contains("\"Shell\":[\"/bin/bash\",\"-c\"]")
        .doesNotContain("\"Cmd\"");
    assertThat(ImageConfig.parse(JSON).env()).containsExactly("PATH=/bin", "A=1");
  }

  @Test
  void anEditorGoesOnWithoutChangingWhatItGave() {
    ImageConfigEditor editor = ImageConfig.empty(Platform.parse("linux/amd64")).edit();
    ImageConfig first = editor.user("a").done();
    ImageConfig second =
        editor.user("").workingDir("/w").healthcheck(ImageConfig.Healthcheck.none()).done();
    assertThat(first.user()).isEqualTo("a");
    assertThat(second.user()).isEmpty();
    assertThat(second.healthcheck()).contains(ImageConfig.Healthcheck.none());
    assertThat(first.digest()).isNotEqualTo(second.digest());
  }

  @Test
  void nullSettingsOfOldImagesAreEmpty() throws Exception {
    ImageConfig config =
        ImageConfig.parse(
            "{\"config\":{\"Env\":null,\"Labels\":null,\"Entrypoint\":null},\"history\":null,"
                + "\"rootfs\":{\"diff_ids\":[]}}");
    assertThat(config.env()).isEmpty();
    assertThat(config.labels()).isEmpty();
    assertThat(
            config
                .edit()
                .addHistory(new ImageConfig.HistoryEntry(null, "x", null, true))
                .done()
                .history())
        .hasSize(1);
    ImageConfig without = ImageConfig.parse("{\"config\":null,\"rootfs\":{\"diff_ids\":[]}}");
    assertThat(without.edit().user("u").done().user()).isEqualTo("u");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"rootfs\":{}}", "not json", "{} trailing"})
  void whatIsNoConfigurationIsRefused(String json) {
    assertThatThrownBy(() -> ImageConfig.parse(json)).isInstanceOf(MalformedImageException.class);
  }
}
