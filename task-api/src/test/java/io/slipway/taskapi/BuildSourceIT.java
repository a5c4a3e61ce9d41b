package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRef;
import io.slipway.identity.client.HolderKey;
import io.slipway.taskapi.source.ExpireSources;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Source that is uploaded for runs, as the CLI does it. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class BuildSourceIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Inject ExpireSources expire;

  @Test
  void shouldGiveAnAgentTheSourceThatWasUploadedForItsRun() {
    Fixture fixture = Fixture.of("source");
    Upload upload = Upload.of(fixture);
    assertThat(upload.relativePath).matches("source/[0-9]{8}0000/[0-9a-f-]{36}\\.tar\\.gz");
    assertThat(upload.url)
        .contains("/slipwaysources.blob.local/sources-source/" + upload.relativePath + "?");
    byte[] content = bytes(9_000_000); // more than a body of any other request may have
    assertThat(upload.put("", content, "x-ms-blob-type", "BlockBlob").statusCode()).isEqualTo(201);
    try (TestAgent agent = new TestAgent("agent-b")) {
      JsonNode claim = agent.claim(schedule(fixture, upload).runUid(), 1);
      assertThat(claim.at("/spec/step/buildSource").asText()).isEqualTo(upload.id());
      assertThat(claim.at("/spec/step/contextPath").isNull()).isTrue();
      Api.Answer got = get(upload, claim.path("runToken").asText(), agent.key());
      assertThat(got.status()).isEqualTo(200);
      assertThat(got.raw().body()).isEqualTo(content);
      assertThat(got.header("Content-Length")).isEqualTo("9000000");
    }
  }

  @Test
  void shouldRefuseASourceToEveryoneButTheRunThatWorksOnIt() {
    Fixture fixture = Fixture.of("sourceguard");
    Upload mine = Upload.of(fixture);
    mine.put("", bytes(10));
    Upload other = Upload.of(fixture);
    other.put("", bytes(10));
    RunRef run = schedule(fixture, mine);
    RunRef another = schedule(fixture, other);
    try (TestAgent agent = new TestAgent("agent-g")) {
      String token = agent.claim(run.runUid(), 1).path("runToken").asText();
      String otherToken = agent.claim(another.runUid(), 1).path("runToken").asText();
      HolderKey key = agent.key();
      assertThat(get(mine, otherToken, key).status()).isEqualTo(403);
      assertThat(get(mine, otherToken, key).at("/error/code")).isEqualTo("SourceNotOfRun");
      assertThat(get(other, token, key).status()).isEqualTo(403);
      assertThat(get(mine, "", key).status()).isEqualTo(401);
      assertThat(get(mine, "no.token.atall", key).status()).isEqualTo(401);
      // Another agent, who has the token but not the secret that the run was claimed with.
      assertThat(get(mine, token, HolderKey.fresh()).status()).isEqualTo(401);
      assertThat(
              Api.service("slipway-run-agent")
                  .get(
                      "/internal/build-sources/" + mine.id(),
                      "Slipway-Run-Token",
                      token,
                      HolderKey.HEADER,
                      key.holder())
                  .status())
          .isEqualTo(401);
      // A service token is no run token, and a run token is no service token.
      String service = Tokens.service("slipway-run-agent");
      assertThat(get(mine, service, key).status()).isEqualTo(401);
      assertThat(
              Api.with(token)
                  .get("/internal/build-sources/" + mine.id(), "Slipway-Run-Token", token)
                  .status())
          .isEqualTo(401);
      assertThat(
              Api.service("slipway-registry")
                  .get("/internal/build-sources/" + mine.id(), "Slipway-Run-Token", token)
                  .status())
          .isEqualTo(403);
      assertThat(get(mine, token, key).status()).isEqualTo(200);
      Ledger.change(
          "update run set lease_until = now() - interval '1 minute' where uid = '"
              + run.runUid()
              + "'");
      assertThat(get(mine, token, key).status()).as("the token ends with the lease").isEqualTo(401);
    }
  }

  @Test
  void shouldJoinBlocksInTheOrderOfTheList() {
    Fixture fixture = Fixture.of("sourceblocks");
    Upload upload = Upload.of(fixture);
    byte[] content = bytes(5_000_000);
    byte[] first = Arrays.copyOfRange(content, 0, 4_000_000);
    byte[] second = Arrays.copyOfRange(content, 4_000_000, content.length);
    assertThat(upload.put("comp=block&blockid=Mg%3D%3D&", second).statusCode()).isEqualTo(201);
    assertThat(upload.put("comp=block&blockid=MQ%3D%3D&", bytes(77)).statusCode()).isEqualTo(201);
    assertThat(upload.put("comp=block&blockid=MQ%3D%3D&", first).statusCode())
        .as("a block that is sent again replaces itself")
        .isEqualTo(201);
    assertThat(list(upload, "MQ==", "Mw==").body()).contains("InvalidBlockList");
    assertThat(scheduleAnswer(fixture, upload.relativePath).at("/error/code"))
        .as("not complete yet")
        .isEqualTo("SourceNotFound");
    HttpResponse<String> joined = list(upload, "MQ==", "Mg==");
    assertThat(joined.statusCode()).as(joined.body()).isEqualTo(201);
    assertThat(files(upload)).containsExactly("source");
    try (TestAgent agent = new TestAgent("agent-j")) {
      JsonNode claim = agent.claim(schedule(fixture, upload).runUid(), 1);
      assertThat(get(upload, claim.path("runToken").asText(), agent.key()).raw().body())
          .isEqualTo(content);
    }
  }

  @Test
  void shouldRefuseLinksThatWereTamperedWith() {
    Fixture fixture = Fixture.of("sourcelinks");
    Fixture.of("sourcelinks2");
    Upload upload = Upload.of(fixture);
    Upload other = Upload.of(fixture);
    List<String> bad =
        List.of(
            upload.url.replace("sources-sourcelinks/", "sources-sourcelinks2/"),
            upload.url.replace(upload.relativePath, other.relativePath),
            upload.url.replace(upload.relativePath, "source/../" + upload.relativePath),
            upload.url.replaceFirst("se=[0-9]+", "se=99999999999"),
            upload.url.replaceFirst("sig=.{4}", "sig=AAAA"),
            upload.url.substring(0, upload.url.indexOf('?')));
    for (String url : bad) {
      assertThat(send("PUT", url, bytes(3)).statusCode()).as(url).isEqualTo(403);
    }
    HttpResponse<String> read = send("GET", upload.url, new byte[0]);
    assertThat(read.statusCode()).as("a link for writing does not read").isEqualTo(405);
    assertThat(files(upload)).isEmpty();
  }

  @Test
  void shouldLimitTheSizeOfASource() throws Exception {
    Fixture fixture = Fixture.of("sourcelimit");
    Upload upload = Upload.of(fixture);
    int most = Platform.MOST_SOURCE_BYTES;
    assertThat(claimLength(upload, most + 1)).contains("413", "RequestBodyTooLarge");
    byte[] block = bytes(most / 3 + 1);
    assertThat(upload.put("comp=block&blockid=MQ%3D%3D&", block).statusCode()).isEqualTo(201);
    assertThat(upload.put("comp=block&blockid=Mg%3D%3D&", block).statusCode()).isEqualTo(201);
    assertThat(upload.put("comp=block&blockid=Mw%3D%3D&", block).statusCode()).isEqualTo(413);
  }

  @Test
  void shouldLimitWhatARegistryHasOnTheDisk() {
    Fixture fixture = Fixture.of("sourcequota");
    Upload first = Upload.of(fixture);
    assertThat(first.put("", bytes(5)).statusCode()).isEqualTo(201);
    assertThat(first.put("comp=block&blockid=MQ%3D%3D&", bytes(20 << 20)).statusCode())
        .as("a block of a source that is complete takes its place, too")
        .isEqualTo(201);
    byte[] more = bytes(9 << 20);
    HttpResponse<String> refused = Upload.of(fixture).put("", more);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(413);
    assertThat(refused.body()).contains("sourcequota", "slipway.source.max-bytes-per-registry");
    assertThat(Upload.of(Fixture.of("sourcequota2")).put("", more).statusCode()).isEqualTo(201);

    Ledger.change(
        "insert into build_source (id, registry_uid, relative_path, created_at, expires_at)"
            + " select gen_random_uuid(), uid, 'x', now(), now() + interval '1 hour' from registry,"
            + " generate_series(1, %d) where name = 'sourcequota'"
                .formatted(Platform.MOST_SOURCES));
    Api.Answer full = fixture.api().post(fixture.id() + "/listBuildSourceUploadUrl", null);
    assertThat(full.status()).as(full.toString()).isEqualTo(429);
    assertThat(full.at("/error/message")).contains("slipway.source.max-per-registry");
  }

  @Test
  void shouldKeepNothingOfAnUploadThatBreaksOff() throws Exception {
    Fixture fixture = Fixture.of("sourcebroken");
    Upload upload = Upload.of(fixture);
    URI uri = URI.create(upload.url);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(head(uri, 1_000_000).getBytes(StandardCharsets.US_ASCII));
      out.write(bytes(100_000));
      out.flush();
      Eventually.holds(() -> assertThat(files(upload)).hasSize(1));
    }
    Eventually.holds(() -> assertThat(files(upload)).isEmpty());
    assertThat(scheduleAnswer(fixture, upload.relativePath).status()).isEqualTo(400);
    assertThat(upload.put("", bytes(50)).statusCode()).as("it can be repeated").isEqualTo(201);
  }

  @Test
  void shouldNotChangeASourceThatARunWorksOn() {
    Fixture fixture = Fixture.of("sourcefixed");
    Upload upload = Upload.of(fixture);
    assertThat(upload.put("", bytes(5)).statusCode()).isEqualTo(201);
    byte[] second = bytes(6);
    assertThat(upload.put("", second).statusCode()).isEqualTo(201);
    RunRef run = schedule(fixture, upload);
    assertThat(upload.put("", bytes(7)).statusCode()).isEqualTo(409);
    assertThat(upload.put("comp=block&blockid=MQ%3D%3D&", bytes(7)).statusCode()).isEqualTo(409);
    try (TestAgent agent = new TestAgent("agent-f")) {
      String token = agent.claim(run.runUid(), 1).path("runToken").asText();
      assertThat(get(upload, token, agent.key()).raw().body()).isEqualTo(second);
    }
  }

  @Test
  void shouldRemoveSourceThatNobodyNeeds() {
    Fixture fixture = Fixture.of("sourceold");
    Upload unused = Upload.of(fixture);
    unused.put("", bytes(5));
    Upload used = Upload.of(fixture);
    used.put("", bytes(5));
    RunRef run = schedule(fixture, used);
    Ledger.change("update build_source set expires_at = now() - interval '1 minute'");
    expire.sweep().await().atMost(Duration.ofSeconds(20));
    assertThat(folder(unused)).doesNotExist();
    assertThat(files(used)).as("a run waits for it").containsExactly("source");
    assertThat(unused.put("", bytes(5)).statusCode()).isEqualTo(404);
    fixture.api().post(fixture.run(run.runId()) + "/cancel", null);
    expire.sweep().await().atMost(Duration.ofSeconds(20));
    assertThat(folder(used)).doesNotExist();
    Upload orphan = Upload.of(fixture);
    orphan.put("", bytes(5));
    assertThat(fixture.api().delete(fixture.id()).status()).isEqualTo(200);
    Eventually.equal(
        false,
        () -> {
          expire.sweep().await().atMost(Duration.ofSeconds(20));
          return Files.exists(folder(orphan)); // its registry is gone
        });
  }

  @Test
  void shouldRefuseSourceOfAnotherRegistryAndBadLists() {
    Fixture fixture = Fixture.of("sourceofone");
    Fixture other = Fixture.of("sourceofother");
    Upload upload = Upload.of(fixture);
    upload.put("", bytes(5));
    assertThat(scheduleAnswer(other, upload.relativePath).at("/error/code"))
        .isEqualTo("SourceNotFound");
    Upload next = Upload.of(fixture);
    assertThat(send("PUT", next.with("comp=blocklist&"), "no xml".getBytes(StandardCharsets.UTF_8)))
        .returns(400, HttpResponse::statusCode);
    String external =
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
            + "<BlockList><Latest>&e;</Latest></BlockList>";
    HttpResponse<String> refused =
        send("PUT", next.with("comp=blocklist&"), external.getBytes(StandardCharsets.UTF_8));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("InvalidXmlDocument").doesNotContain("root");
    next.put("comp=block&blockid=QQ%3D%3D&", bytes(5));
    assertThat(list(next, "QQ==", "QQ==").statusCode()).as("the sum has no limit").isEqualTo(400);
    assertThat(files(next)).noneMatch(file -> file.startsWith("part-"));
    assertThat(next.put("comp=lease&", bytes(1)).statusCode()).isEqualTo(400);
    assertThat(next.put("", bytes(1), "x-ms-blob-type", "PageBlob").statusCode()).isEqualTo(400);
  }

  private record Upload(String url, String relativePath) {
    static Upload of(Fixture fixture) {
      Api.Answer answer = fixture.api().post(fixture.id() + "/listBuildSourceUploadUrl", null);
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      String url = answer.at("/uploadUrl");
      return new Upload(
          Api.own() + url.substring("https://localhost:8443".length()), answer.at("/relativePath"));
    }

    String id() {
      return relativePath.replaceAll("^.*/|\\.tar\\.gz$", "");
    }

    String with(String query) {
      return url.replace("?", "?" + query);
    }

    HttpResponse<String> put(String query, byte[] body, String... headers) {
      return send("PUT", with(query), body, headers);
    }
  }

  private static HttpResponse<String> list(Upload upload, String... blocks) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?><BlockList>");
    Stream.of(blocks).forEach(it -> xml.append("<Latest>").append(it).append("</Latest>"));
    return upload.put(
        "comp=blocklist&", xml.append("</BlockList>").toString().getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponse<String> send(
      String method, String url, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .version(HttpClient.Version.HTTP_1_1)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(url, failed);
    }
  }

  /** A request that says its body is so long, and what is answered before the body is sent. */
  private static String claimLength(Upload upload, long length) throws IOException {
    URI uri = URI.create(upload.url);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(head(uri, length).getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String head(URI uri, long length) {
    return "PUT %s?%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
        .formatted(uri.getRawPath(), uri.getRawQuery(), length);
  }

  private static Api.Answer get(Upload upload, String runToken, HolderKey key) {
    return Api.service("slipway-run-agent")
        .get(
            "/internal/build-sources/" + upload.id(),
            "Slipway-Run-Token",
            runToken,
            HolderKey.HEADER,
            key.secret());
  }

  private static RunRef schedule(Fixture fixture, Upload upload) {
    Api.Answer run = scheduleAnswer(fixture, upload.relativePath);
    assertThat(run.status()).as(run.toString()).isEqualTo(200);
    return fixture.ref(run.at("/name"), 1);
  }

  private static Api.Answer scheduleAnswer(Fixture fixture, String source) {
    return fixture
        .api()
        .post(
            fixture.id() + "/scheduleRun",
            "{'type':'DockerBuildRequest','dockerFilePath':'Dockerfile','imageNames':['a:1'],"
                + "'platform':{'os':'linux'},'sourceLocation':'"
                + source
                + "'}");
  }

  private static Path folder(Upload upload) {
    return Platform.running().sources().resolve(UUID.fromString(upload.id()).toString());
  }

  private static List<String> files(Upload upload) {
    if (!Files.isDirectory(folder(upload))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder(upload))) {
      return files.map(it -> it.getFileName().toString()).toList();
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random().nextBytes(bytes);
    return bytes;
  }
}
