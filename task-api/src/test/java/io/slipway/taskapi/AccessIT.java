package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.Tokens;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rights that are given, taken away and remembered, with the real identity-service. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class AccessIT {
  private static final String READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
  private static final String CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";

  @Inject Access access;

  @Test
  void shouldForgetARightWithinASecondThoughRequestsKeepComing() throws Exception {
    Fixture fixture = Fixture.of("revoked");
    Api member = Api.with(Tokens.arm("slipway-registry"));
    assertThat(member.get(fixture.id()).status()).isEqualTo(403);
    String assignment = assign(fixture.id());

    AtomicBoolean over = new AtomicBoolean();
    Thread busy =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                member.get(fixture.id());
              }
            });
    try {
      Thread.sleep(1_000); // a right that was given counts within a second, too
      assertThat(member.get(fixture.id()).status()).isEqualTo(200);

      Api.Answer removed = Api.administrator().atIdentity().delete(assignment);
      assertThat(removed.status()).as(removed.toString()).isEqualTo(200);

      Thread.sleep(1_000);
      assertThat(member.get(fixture.id()).status()).isEqualTo(403);
    } finally {
      over.set(true);
      busy.join();
    }
  }

  @Test
  void shouldTakeARightToOneTaskForThatTaskAlone() {
    Fixture fixture = Fixture.of("narrow");
    Api member = Api.with(Tokens.arm("slipway-registry"));
    fixture.api().put(fixture.task("other"), Fixture.taskBody(""));
    assign(fixture.task("hello"));

    Eventually.holds(() -> assertThat(member.get(fixture.task("hello")).status()).isEqualTo(200));
    Api.Answer other = member.get(fixture.task("other"));
    assertThat(other.status()).isEqualTo(403);
    assertThat(other.text()).contains(fixture.task("other"));
  }

  @Test
  void shouldAskOnceAboutAllRunsOfARegistry() {
    Fixture fixture = Fixture.of("watched");
    assertThat(fixture.api().get(fixture.run("zz0")).status()).isEqualTo(404);
    double before = decisionsMade();

    for (int run = 1; run <= 20; run++) {
      assertThat(fixture.api().get(fixture.run("zz" + run)).status()).isEqualTo(404);
    }

    assertThat(decisionsMade() - before).isLessThan(5);
  }

  /** As identity-service counts them. */
  private static double decisionsMade() {
    return Api.atIdentityHealth()
        .get("/q/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("http_server_requests_seconds_count"))
        .filter(line -> line.contains("/internal/access-decisions"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void shouldOpenALogByALinkAsLongAsItsReaderMayReadIt() throws Exception {
    Fixture fixture = Fixture.of("linkreader");
    RunRef run = fixture.schedule();
    Api member = Api.with(Tokens.arm("slipway-registry"));
    String assignment = assign(fixture.id(), CONTRIBUTOR);
    Eventually.holds(() -> assertThat(link(member, fixture, run)).isNotEmpty());
    assertThat(expires(link(member, fixture, run)))
        .as("it may go on for hours")
        .isGreaterThan(7_200);
    assertThat(fixture.api().post(fixture.run(run.runId()) + "/cancel", null).status())
        .isEqualTo(200);
    String link = link(member, fixture, run);
    assertThat(expires(link)).isBetween(0L, 3_600L);
    String whole = link.substring("https://localhost:8443".length());
    Api anyone = Api.anonymous();
    assertThat(anyone.get(whole).status()).isEqualTo(200);
    assertThat(anyone.get(whole, "Range", "bytes=0-10").status()).isEqualTo(206);
    assertThat(anyone.head(whole).status()).isEqualTo(200);
    String administrator = Tokens.administratorClaims().getString("oid");
    assertThat(anyone.get(whole.replaceFirst("skoid=[^&]*", "skoid=" + administrator)).status())
        .as("made for another reader")
        .isEqualTo(403);

    assertThat(Api.administrator().atIdentity().delete(assignment).status()).isEqualTo(200);

    Eventually.holds(() -> assertThat(anyone.get(whole).status()).isEqualTo(403));
    assertThat(anyone.get(whole, "Range", "bytes=0-10").status()).isEqualTo(403);
    assertThat(anyone.head(whole).status()).isEqualTo(403);
    String another = link(fixture.api(), fixture, run).substring("https://localhost:8443".length());
    assertThat(anyone.get(another).status()).isEqualTo(200);

    String again = assign(fixture.id(), CONTRIBUTOR);
    Eventually.holds(() -> assertThat(anyone.get(whole).status()).isEqualTo(200));
    assertThat(Api.administrator().atIdentity().delete(again).status()).isEqualTo(200);
    try (AutoCloseable away = Platform.running().pausedIdentity()) {
      Eventually.holds(() -> assertThat(anyone.get(whole).status()).isEqualTo(503));
      Api.Answer part = anyone.get(whole, "Range", "bytes=0-10");
      assertThat(part.status()).as("nobody can be asked").isEqualTo(503);
      assertThat(part.header("Retry-After")).isNotNull();
      assertThat(part.text()).contains("identity-service is not available");
    }
    Eventually.holds(() -> assertThat(anyone.get(whole).status()).isEqualTo(403));
  }

  private static String link(Api reader, Fixture fixture, RunRef run) {
    Api.Answer answer = reader.post(fixture.run(run.runId()) + "/listLogSasUrl", null);
    return answer.status() == 200 ? answer.at("/logLink") : "";
  }

  /** Seconds until a link is no longer good. */
  private static long expires(String link) {
    return Long.parseLong(link.replaceFirst(".*[?&]se=([0-9]+).*", "$1"))
        - System.currentTimeMillis() / 1_000;
  }

  private static String assign(String scope) {
    return assign(scope, READER);
  }

  private static String assign(String scope, String role) {
    String assignment =
        scope + "/providers/Microsoft.Authorization/roleAssignments/" + UUID.randomUUID();
    Api.Answer made =
        Api.administrator()
            .atIdentity()
            .put(
                assignment,
                ("{'properties':{'roleDefinitionId':'%s/providers/Microsoft.Authorization/"
                        + "roleDefinitions/%s','principalId':'%s',"
                        + "'principalType':'ServicePrincipal'}}")
                    .formatted(
                        Api.SUB,
                        role,
                        Tokens.claims(Tokens.arm("slipway-registry")).getString("oid")));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    return assignment;
  }

  /** identity-service takes a thousand checks at a time; lists may be longer. */
  @Test
  void shouldDecideAboutAnyNumberOfItems() {
    String administrator = Tokens.administratorClaims().getString("oid");
    List<String> groups =
        IntStream.range(0, 2_500).mapToObj(i -> Api.SUB + "/resourceGroups/many" + i).toList();

    List<String> allowed =
        access
            .allowed(
                administrator,
                "Microsoft.Resources/subscriptions/resourceGroups/read",
                groups,
                group -> group)
            .await()
            .atMost(Duration.ofSeconds(30));

    assertThat(allowed).isEqualTo(groups);
  }
}
