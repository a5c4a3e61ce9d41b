package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
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
    return Api.anonymous()
        .atIdentity()
        .get("/q/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("http_server_requests_seconds_count"))
        .filter(line -> line.contains("/internal/access-decisions"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static String assign(String scope) {
    String assignment =
        scope + "/providers/Microsoft.Authorization/roleAssignments/" + UUID.randomUUID();
    Api.Answer role =
        Api.administrator()
            .atIdentity()
            .put(
                assignment,
                ("{'properties':{'roleDefinitionId':'%s/providers/Microsoft.Authorization/"
                        + "roleDefinitions/%s','principalId':'%s',"
                        + "'principalType':'ServicePrincipal'}}")
                    .formatted(
                        Api.SUB,
                        READER,
                        Tokens.claims(Tokens.arm("slipway-registry")).getString("oid")));
    assertThat(role.status()).as(role.toString()).isEqualTo(201);
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
