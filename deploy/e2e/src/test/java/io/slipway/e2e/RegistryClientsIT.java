package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The login server as programs of others use it: Debian's skopeo and buildah, as they are. */
@Order(5)
class RegistryClientsIT {
  private static final String NO_NAME = "00000000-0000-0000-0000-000000000000";
  private static final Platform PLATFORM = Workshop.shared().platform();
  private static final String SERVER = Workshop.shared().api().loginServer();

  private static Path folder;

  /** Log-in, authority and policy as files, so that nothing of this machine's user counts. */
  @BeforeAll
  static void prepare() throws IOException {
    folder = Platform.freshFolder("clients");
    Path certificates = Files.createDirectories(folder.resolve("certificates"));
    Files.copy(PLATFORM.state().resolve("tls/ca.pem"), certificates.resolve("ca.crt"));
    Files.writeString(
        folder.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    String token =
        PLATFORM
            .azJson("acr", "login", "--name", Cast.REGISTRY, "--expose-token")
            .get("accessToken")
            .asText();
    logIn("auth.json", token);
    logIn("wrong.json", "guess");
  }

  private static void logIn(String file, String password) throws IOException {
    byte[] pair = (NO_NAME + ":" + password).getBytes(StandardCharsets.UTF_8);
    Files.writeString(
        folder.resolve(file),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
            .formatted(SERVER, Base64.getEncoder().encodeToString(pair)));
  }

  private static String image(String name) {
    return "docker://" + SERVER + "/" + name;
  }

  private static Command.Result run(String auth, List<String> program, String... words) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(words));
    return Command.run(
        folder,
        Map.of("REGISTRY_AUTH_FILE", folder.resolve(auth).toString(), "HOME", folder.toString()),
        Duration.ofMinutes(1),
        command);
  }

  private static Command.Result skopeo(String... words) {
    return run("auth.json", List.of("skopeo", "--policy", "policy.json"), words);
  }

  private static Command.Result copy(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of("copy", "--src-cert-dir", "certificates", "--dest-cert-dir", "certificates"));
    all.addAll(List.of(words));
    return skopeo(all.toArray(String[]::new)).succeeded();
  }

  private static JsonNode asked(String verb, String image) {
    return Api.json(skopeo(verb, "--cert-dir", "certificates", image(image)).succeeded().out());
  }

  @Test
  void skopeoCopiesListsInspectsAndDeletes() {
    copy(image("base/shell:1"), "oci:layout:shell");
    copy("oci:layout:shell", image("clients/skopeo:oci"));
    copy("--format", "v2s2", image("clients/skopeo:oci"), image("clients/skopeo:docker"));

    assertThat(asked("list-tags", "clients/skopeo").get("Tags"))
        .extracting(JsonNode::asText)
        .containsExactly("docker", "oci");
    JsonNode about = asked("inspect", "clients/skopeo:oci");
    assertThat(about.get("Layers")).isEqualTo(asked("inspect", "base/shell:1").get("Layers"));
    String digest = about.get("Digest").asText();
    assertThat(asked("inspect", "clients/skopeo@" + digest).get("Digest").asText())
        .isEqualTo(digest);
    skopeo("delete", "--tls-verify=true", "--cert-dir", "certificates", image("clients/skopeo:oci"))
        .succeeded();
    assertThat(asked("list-tags", "clients/skopeo").get("Tags"))
        .extracting(JsonNode::asText)
        .containsExactly("docker");
    assertThat(
            skopeo("inspect", "--cert-dir", "certificates", image("clients/skopeo:oci"))
                .failed()
                .err())
        .contains("manifest unknown");
  }

  @Test
  void skopeoHearsThatAPasswordIsWrong() {
    assertThat(
            run(
                    "wrong.json",
                    List.of("skopeo", "--policy", "policy.json"),
                    "list-tags",
                    "--cert-dir",
                    "certificates",
                    image("base/shell"))
                .failed()
                .err())
        .contains("nauthorized");
  }

  private static Command.Result buildah(String... words) {
    List<String> program =
        List.of("buildah", "--root", "store", "--runroot", "run", "--storage-driver", "vfs");
    return run("auth.json", program, words).succeeded();
  }

  @Test
  void buildahBuildsOnAnImageAndPushesAndPullsIt() throws Exception {
    Files.writeString(folder.resolve("file"), "by buildah");
    String[] trust = {"--cert-dir", "certificates", "--signature-policy", "policy.json"};
    String container =
        buildah("from", trust[0], trust[1], trust[2], trust[3], image("base/shell:1"))
            .out()
            .strip();
    buildah("copy", container, "file", "/file");
    buildah("config", "--label", "made.by=buildah", container);
    buildah("commit", trust[2], trust[3], container, "made");
    buildah("push", trust[0], trust[1], trust[2], trust[3], "made", image("clients/buildah:1"));

    assertThat(asked("inspect", "clients/buildah:1").at("/Labels/made.by").asText())
        .isEqualTo("buildah");
    buildah("rmi", "--all", "--force");
    buildah("pull", trust[0], trust[1], trust[2], trust[3], image("clients/buildah:1"));
    assertThat(buildah("images").out()).contains(SERVER + "/clients/buildah");
  }
}
