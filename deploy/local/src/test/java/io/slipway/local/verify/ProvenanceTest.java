package io.slipway.local.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.local.state.LocalException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvenanceTest {
  private static final String DIGEST = "sha256:" + "a1".repeat(32);
  private static final String TYPE = "application/vnd.in-toto+json";
  private static final String STATEMENT =
      """
      {"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1",
       "subject":[{"name":"r.example/app","digest":{"sha256":"%s"}}],
       "predicate":{"buildDefinition":{"externalParameters":{"task":"/tasks/t"},
         "resolvedDependencies":[{"uri":"git+https://g.example/a","digest":{"gitCommit":"c3"}}]},
        "runDetails":{"builder":{"id":"https://b.example"},"metadata":{"invocationId":"/runs/r1"}}}}\
      """
          .formatted("a1".repeat(32));

  @TempDir Path folder;

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String bundle(KeyPair keys, String statement) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    byte[] payload = statement.getBytes(StandardCharsets.UTF_8);
    signature.update(
        "DSSEv1 %d %s %d %s"
            .formatted(TYPE.length(), TYPE, payload.length, statement)
            .getBytes(StandardCharsets.UTF_8));
    return "{\"dsseEnvelope\":{\"payloadType\":\"%s\",\"payload\":\"%s\",\"signatures\":[{\"sig\":\"%s\"}]}}"
        .formatted(
            TYPE,
            Base64.getEncoder().encodeToString(payload),
            Base64.getEncoder().encodeToString(signature.sign()));
  }

  private static boolean holds(String bundle, String digest, PublicKey... keys) {
    return Provenance.of(bundle, digest, List.of(keys)).isPresent();
  }

  @Test
  void shouldSayWhatIsSigned() throws Exception {
    KeyPair keys = keys();

    Provenance provenance =
        Provenance.of(
                bundle(keys, STATEMENT), DIGEST, List.of(keys().getPublic(), keys.getPublic()))
            .orElseThrow();

    assertThat(provenance.lines())
        .containsExactly(
            "builder   https://b.example",
            "run       /runs/r1",
            "task      /tasks/t",
            "from      git+https://g.example/a c3");
    assertThat(provenance.statement()).contains("\"invocationId\" : \"/runs/r1\"");
  }

  @Test
  void shouldRefuseWhatIsForgedOrOfSomethingElse() throws Exception {
    KeyPair keys = keys();
    String bundle = bundle(keys, STATEMENT);
    PublicKey key = keys.getPublic();
    assertThat(holds(bundle, DIGEST, key)).isTrue();
    assertThat(holds(bundle, "sha256:" + "a2".repeat(32), key)).as("another image").isFalse();
    assertThat(holds(bundle, DIGEST, keys().getPublic())).as("another key").isFalse();
    assertThat(holds(bundle, DIGEST)).as("no key").isFalse();
    assertThat(holds(bundle.replace("in-toto", "in-tota"), DIGEST, key)).as("type").isFalse();
    String other = bundle(keys(), STATEMENT.replace("/runs/r1", "/runs/r2"));
    String mixed =
        other.substring(0, other.indexOf("\"sig\"")) + bundle.substring(bundle.indexOf("\"sig\""));
    assertThat(holds(mixed, DIGEST, key)).as("payload of another").isFalse();
    String predicate = bundle(keys, STATEMENT.replace("slsa.dev/provenance/v1", "example.org"));
    assertThat(holds(predicate, DIGEST, key)).as("predicate").isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no json", "[]", "{}", "{\"dsseEnvelope\":{\"payload\":\"%%\"}}"})
  void shouldRefuseWhatIsNoBundle(String text) {
    assertThat(holds(text, DIGEST, keys().getPublic())).isFalse();
  }

  @Test
  void shouldReadKeysInPem() {
    PublicKey key = keys().getPublic();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key.getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    assertThat(PublicKeys.read("text\n" + pem + pem)).containsExactly(key, key);
    for (String wrong : List.of("", "x", pem.substring(0, 60), pem.replace("MFk", "AAA"))) {
      assertThatThrownBy(() -> PublicKeys.read(wrong)).isInstanceOf(LocalException.class);
    }
  }

  @Test
  void shouldFindLogInsOfDocker() throws Exception {
    Path file = folder.resolve("config.json");
    assertThat(DockerLogIns.find(file, "r.example")).isEmpty();
    String auth =
        Base64.getEncoder().encodeToString("me:pass:word".getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        file,
        "{\"auths\":{\"r.example\":{\"auth\":\"%s\"},\"t.example\":{\"identitytoken\":\"refresh\"}}}"
            .formatted(auth));
    assertThat(DockerLogIns.find(file, "r.example").orElseThrow().password())
        .isEqualTo("pass:word");
    assertThat(DockerLogIns.find(file, "t.example").orElseThrow().password()).isEqualTo("refresh");
    assertThat(DockerLogIns.find(file, "o.example")).isEmpty();
    Files.writeString(file, "{");
    assertThatThrownBy(() -> DockerLogIns.find(file, "r.example"))
        .isInstanceOf(LocalException.class)
        .hasMessageContaining("config.json");
  }
}
