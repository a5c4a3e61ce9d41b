package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRef;
import io.slipway.identity.client.HolderKey;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Provenance of images that runs pushed. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class AttestationIT {
  private static final String DIGEST = "sha256:" + "a1".repeat(32);
  private static final String BASE = "sha256:" + "b2".repeat(32);
  private static final String COMMIT = "c3".repeat(20);
  private static final String WANTED =
      """
      {'image':{'registry':'r.example','repository':'app','tag':'1','digest':'%s'},'builtFrom':[
        {'image':null,'runtime':{'registry':'b.example','repository':'node','tag':'9','digest':'%s'},
         'buildtime':[{'registry':'b.example','repository':'unknown','tag':'1','digest':null}],
         'gitHeadRevision':'%s'}]}\
      """
          .formatted(DIGEST, BASE, COMMIT);

  private static Api.Answer attest(String token, HolderKey key, String body) {
    return Api.service("slipway-run-agent")
        .post(
            "/internal/attestations",
            body,
            "Content-Type",
            "application/json",
            "Slipway-Run-Token",
            token,
            HolderKey.HEADER,
            key.secret());
  }

  @Test
  void shouldSayWhereAnImageComesFrom() throws Exception {
    Fixture fixture = Fixture.of("attested");
    RunRef run = fixture.schedule();
    try (TestAgent agent = new TestAgent("agent-attest")) {
      String token = agent.claim(run.runUid(), 1).path("runToken").asText();

      Api.Answer answer = attest(token, agent.key(), WANTED);

      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      assertThat(answer.at("/mediaType"))
          .isEqualTo("application/vnd.dev.sigstore.bundle.v0.3+json");
      JsonNode envelope = Api.JSON.readTree(answer.at("/text")).path("dsseEnvelope");
      byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asText());
      JsonNode statement = Api.JSON.readTree(payload);
      assertThat(statement.at("/subject/0/digest/sha256").asText()).isEqualTo("a1".repeat(32));
      assertThat(statement.at("/subject/0/name").asText()).isEqualTo("r.example/app");
      assertThat(statement.at("/predicateType").asText())
          .isEqualTo("https://slsa.dev/provenance/v1");
      assertThat(statement.at("/predicate/runDetails/metadata/invocationId").asText())
          .isEqualTo(fixture.run(run.runId()));
      assertThat(statement.at("/predicate/buildDefinition/externalParameters/task").asText())
          .endsWith("/tasks/" + run.task());
      String materials = statement.at("/predicate/buildDefinition/resolvedDependencies").toString();
      assertThat(materials).contains("oci://b.example/node:9", "b2".repeat(32));
      assertThat(materials).doesNotContain("unknown");
      // What the task file or its values say is nobody's who may pull the image.
      assertThat(statement.toString()).doesNotContain("taskContent", "values");
      assertThat(isSigned(payload, envelope.at("/signatures/0/sig").asText())).isTrue();
    }
  }

  private static boolean isSigned(byte[] payload, String signature) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(Platform.running().identityUrl() + "/oauth2/attestation-keys"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      String pem = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      Signature check = Signature.getInstance("SHA256withECDSA");
      check.initVerify(
          KeyFactory.getInstance("EC")
              .generatePublic(
                  new X509EncodedKeySpec(
                      Base64.getMimeDecoder().decode(pem.replaceAll("-----.*", "")))));
      check.update(
          "DSSEv1 28 application/vnd.in-toto+json %d "
              .formatted(payload.length)
              .getBytes(StandardCharsets.UTF_8));
      check.update(payload);
      return check.verify(Base64.getDecoder().decode(signature));
    }
  }

  @Test
  void shouldSayNothingForWhoeverHoldsNoRun() {
    Fixture fixture = Fixture.of("unattested");
    RunRef run = fixture.schedule();
    try (TestAgent agent = new TestAgent("agent-unattest")) {
      String token = agent.claim(run.runUid(), 1).path("runToken").asText();
      assertThat(attest("", agent.key(), WANTED).status()).isEqualTo(401);
      assertThat(attest("srt_none", agent.key(), WANTED).status()).isEqualTo(401);
      assertThat(attest(token, HolderKey.fresh(), WANTED).status()).isEqualTo(401);
      assertThat(Api.service("slipway-registry").post("/internal/attestations", WANTED).status())
          .isEqualTo(403);
      assertThat(Api.with(token).post("/internal/attestations", WANTED).status()).isEqualTo(401);
      for (String wrong : new String[] {"{}", WANTED.replace(DIGEST, "sha256:a1"), "[]"}) {
        assertThat(attest(token, agent.key(), wrong).status()).as(wrong).isEqualTo(400);
      }
      Ledger.change(
          "update run set lease_until = now() - interval '1 minute' where uid = '"
              + run.runUid()
              + "'");
      assertThat(attest(token, agent.key(), WANTED).status()).isEqualTo(401);
    }
  }
}
