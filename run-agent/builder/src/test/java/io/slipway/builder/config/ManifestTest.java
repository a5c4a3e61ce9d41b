package io.slipway.builder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests, indexes and platforms. */
class ManifestTest {
  private static final Descriptor CONFIG =
      new Descriptor(MediaTypes.OCI_CONFIG, Sha256.of("config"), 6);
  private static final Descriptor LAYER =
      new Descriptor(MediaTypes.DOCKER_LAYER, Sha256.of("layer"), 5);

  @Test
  void aManifestIsWrittenInTheWordsOfItsFormat() throws Exception {
    ImageManifest manifest = new ImageManifest(CONFIG, List.of(LAYER));
    RawManifest docker = manifest.write(ImageManifest.ManifestFormat.DOCKER);
    RawManifest oci = manifest.write(ImageManifest.ManifestFormat.OCI);
    assertThat(docker.json())
        .isEqualTo(
            "{\"schemaVersion\":2,\"mediaType\":\""
                + MediaTypes.DOCKER_MANIFEST
                + "\",\"config\":{\"mediaType\":\""
                + MediaTypes.DOCKER_CONFIG
                + "\",\"size\":6,\"digest\":\""
                + CONFIG.digest()
                + "\"},\"layers\":[{\"mediaType\":\""
                + MediaTypes.DOCKER_LAYER
                + "\",\"size\":5,\"digest\":\""
                + LAYER.digest()
                + "\"}]}");
    assertThat(ImageManifest.parse(oci).config()).isEqualTo(CONFIG);
    assertThat(ImageManifest.parse(oci).layers().getFirst().mediaType())
        .isEqualTo(MediaTypes.OCI_LAYER);
    assertThat(docker.digest()).isEqualTo(Sha256.of(docker.bytes())).isNotEqualTo(oci.digest());
  }

  @Test
  void theFormatFitsTheLayers() {
    assertThat(ImageManifest.ManifestFormat.fitting(List.of()))
        .isEqualTo(ImageManifest.ManifestFormat.DOCKER);
    assertThat(
            ImageManifest.ManifestFormat.fitting(
                List.of(MediaTypes.OCI_LAYER, MediaTypes.DOCKER_LAYER)))
        .isEqualTo(ImageManifest.ManifestFormat.DOCKER);
    assertThat(
            ImageManifest.ManifestFormat.fitting(
                List.of(MediaTypes.DOCKER_LAYER, "application/vnd.oci.image.layer.v1.tar+zstd")))
        .isEqualTo(ImageManifest.ManifestFormat.OCI);
  }

  @Test
  void anIndexChoosesByPlatform() throws Exception {
    ImageIndex index =
        new ImageIndex(
            List.of(
                entry("linux/amd64"),
                entry("linux/arm64"),
                entry("linux/arm/v6"),
                entry("linux/arm/v7"),
                entry("windows/amd64"),
                entry("unknown/unknown")));
    assertThat(ImageIndex.parse(index.write(ImageManifest.ManifestFormat.OCI))).isEqualTo(index);
    assertThat(chosen(index, "linux/amd64")).isEqualTo("linux/amd64");
    assertThat(chosen(index, "linux/x86_64")).isEqualTo("linux/amd64");
    assertThat(chosen(index, "linux/arm64/v8")).isEqualTo("linux/arm64");
    assertThat(chosen(index, "linux/arm/v7")).isEqualTo("linux/arm/v7");
    assertThat(chosen(index, "linux/arm")).isEqualTo("linux/arm/v6");
    assertThatThrownBy(() -> index.choose(Platform.parse("linux/s390x")))
        .hasMessageContaining("linux/s390x")
        .hasMessageContaining("linux/arm/v7")
        .message()
        .doesNotContain("unknown");
  }

  private static Descriptor entry(String platform) {
    return new Descriptor(
        MediaTypes.OCI_MANIFEST,
        Sha256.of(platform),
        7,
        Platform.parse(platform),
        Map.of("k", "v"));
  }

  private static String chosen(ImageIndex index, String wanted) throws Exception {
    return String.valueOf(index.choose(Platform.parse(wanted)).platform());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"schemaVersion\":1,\"name\":\"x\"}",
        "{\"schemaVersion\":2}",
        "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:../../etc\",\"size\":1},\"layers\":[]}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"md5:00\",\"size\":1},\"layers\":[]}",
        "[1]",
        "no json"
      })
  void brokenManifestsAreRefused(String json) {
    assertThatThrownBy(() -> ImageManifest.parse(new RawManifest(MediaTypes.DOCKER_MANIFEST, json)))
        .isInstanceOf(MalformedImageException.class);
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    assertThatThrownBy(
            () -> RawManifest.of(MediaTypes.OCI_MANIFEST, new byte[] {'{', (byte) 0xff, '}'}))
        .isInstanceOf(MalformedImageException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "", "/amd64", "linux/", "a/b/c/d"})
  void badPlatformsAreRefused(String text) {
    assertThatThrownBy(() -> Platform.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64",
    "LINUX/AARCH64, linux/arm64",
    "linux/armhf, linux/arm/v7",
    "linux/arm/v6, linux/arm/v6",
  })
  void platformsHaveOneName(String text, String expected) {
    assertThat(Platform.parse(text)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sha256:0", "../../../etc/passwd", "sha256:" + "G" + "0", "", "sha512:00"})
  void onlyDigestsBecomeFileNames(String text) {
    assertThatThrownBy(() -> Sha256.hex(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
