package io.slipway.identity;

import static io.slipway.identity.Doors.admin;
import static io.slipway.identity.Doors.assign;
import static io.slipway.identity.Doors.identity;
import static io.slipway.identity.Doors.registry;
import static io.slipway.identity.Doors.service;
import static io.slipway.identity.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The number by which receivers know that decisions which they remember still hold. */
@QuarkusTest
class AccessVersionIT {

  private static String version() {
    return with(service("task-api"))
        .get("/internal/access-version")
        .then()
        .statusCode(200)
        .extract()
        .path("version");
  }

  /** Decisions are used again while this stays the same, so it must not. */
  @Test
  void shouldRaiseTheVersionWithEachChangeAndWithNoOther() {
    List<String> versions = new ArrayList<>();
    versions.add(version());
    Doors.Identity identity = identity("versioned");
    versions.add(version());
    String assignment =
        assign(admin(), identity.principalId(), "AcrPull", registry("versioned"))
            .statusCode(201)
            .extract()
            .path("id");
    versions.add(version());
    Doors.protect("127.0.0.1:8499", registry("versioned"));
    versions.add(version());
    with(admin()).delete(assignment).then().statusCode(200);
    versions.add(version());
    with(service("task-api"))
        .delete("/internal/protected-resources?audience=127.0.0.1:8499")
        .then()
        .statusCode(204);
    versions.add(version());
    with(admin()).delete(identity.id()).then().statusCode(200);
    versions.add(version());

    assertThat(versions).doesNotHaveDuplicates();

    // what changes nothing, and what is refused, does not raise it
    String last = versions.getLast();
    with(admin()).get(Doors.GROUP + Doors.IDENTITIES).then().statusCode(200);
    assign(admin(), identity.principalId(), "AcrPull", registry("versioned"));
    String decided =
        with(service("task-api"))
            .body(Map.of("principalId", identity.principalId(), "checks", List.of()))
            .post("/internal/access-decisions")
            .then()
            .statusCode(200)
            .extract()
            .path("version");
    assertThat(decided).isEqualTo(last);
    assertThat(version()).isEqualTo(last);
  }

  /** task-api's sweep completes a registry while the call that makes it does, too. */
  @Test
  void shouldTakeTheSameServiceSeveralTimesAtOnce() throws Exception {
    try (ExecutorService side = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        String audience = "127.0.0.1:" + (8400 + i / 8);
        calls.add(side.submit(() -> Doors.protect(audience, registry("atonce"))));
      }
      for (Future<?> call : calls) {
        assertThat(call.get()).isNull();
      }
    }
  }

  /** A login server may be another registry's by the time that the first one's end is told. */
  @Test
  void shouldForgetAServiceOnlyWhileItIsStillThatResource() {
    Doors.protect("127.0.0.1:8498", registry("successor"));
    for (String resource : List.of(registry("predecessor"), registry("SUCCESSOR"))) {
      with(service("task-api"))
          .queryParam("audience", "127.0.0.1:8498")
          .queryParam("resourceId", resource)
          .delete("/internal/protected-resources")
          .then()
          .statusCode(204);
      Doors.exchange(admin(), "127.0.0.1:8498")
          .statusCode(resource.endsWith("predecessor") ? 200 : 400);
    }
  }
}
