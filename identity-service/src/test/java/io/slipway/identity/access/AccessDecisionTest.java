package io.slipway.identity.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.role.BuiltInRoles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessDecisionTest {
  private static final String SUB = "/subscriptions/b6b3f0a4-55ce-4c0f-8d43-0f6f3c1f7e22";
  private static final String REG =
      SUB + "/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/base";
  private static final String AC = "Microsoft.ContainerRegistry/registries/";
  private final BuiltInRoles roles = new BuiltInRoles();

  private Grant grant(String role, String scope) {
    return new Grant(roles.byName(role).orElseThrow(), Scope.parse(scope).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    // role, action, allowed
    "AcrPull, pull/read, true",
    "AcrPull, PULL/Read, true",
    "AcrPull, push/write, false",
    "AcrPull, artifacts/delete, false",
    "AcrPull, read, false",
    "AcrPush, pull/read, true",
    "AcrPush, push/write, true",
    "AcrPush, artifacts/delete, false",
    "AcrDelete, pull/read, false",
    "AcrDelete, artifacts/delete, true",
    "Reader, pull/read, true",
    "Reader, tasks/read, true",
    "Reader, push/write, false",
    "Reader, tasks/listDetails/action, false",
    "Contributor, tasks/write, true",
    "Owner, push/write, true",
    "User Access Administrator, tasks/write, false",
    "Container Registry Tasks Contributor, scheduleRun/action, true",
    "Container Registry Tasks Contributor, pull/read, false",
    "Container Registry Contributor and Data Access Configuration Administrator, tasks/write,"
        + " false",
    "Container Registry Contributor and Data Access Configuration Administrator, write, true",
    "Container Registry Repository Reader, pull/read, false",
  })
  void shouldAllowWhatTheRoleNames(String role, String action, boolean allowed) {
    assertThat(AccessDecision.allows(List.of(grant(role, REG)), AC + action, REG))
        .isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "Owner, Microsoft.Authorization/roleAssignments/write, true",
    "Owner, Microsoft.Authorization/roleAssignments/delete, true",
    "User Access Administrator, Microsoft.Authorization/roleAssignments/write, true",
    "Contributor, Microsoft.Authorization/roleAssignments/write, false",
    "Contributor, microsoft.authorization/ROLEASSIGNMENTS/Write, false",
    "Contributor, Microsoft.Authorization/roleAssignments/delete, false",
    "Contributor, Microsoft.Authorization/elevateAccess/action, false",
    "Contributor, Microsoft.Authorization/roleAssignments/read, true",
    "Reader, Microsoft.Authorization/roleAssignments/read, true",
    "AcrPull, Microsoft.Authorization/roleAssignments/read, false",
  })
  void shouldGuardTheGivingOfRoles(String role, String action, boolean allowed) {
    assertThat(AccessDecision.allows(List.of(grant(role, SUB)), action, REG)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "/, true",
    "/subscriptions/b6b3f0a4-55ce-4c0f-8d43-0f6f3c1f7e22, true",
    "/SUBSCRIPTIONS/B6B3F0A4-55CE-4C0F-8D43-0F6F3C1F7E22, true",
    "/subscriptions/b6b3f0a4-55ce-4c0f-8d43-0f6f3c1f7e2, false",
    "/subscriptions/b6b3f0a4-55ce-4c0f-8d43-0f6f3c1f7e22/resourceGroups/RG, true",
    "/subscriptions/b6b3f0a4-55ce-4c0f-8d43-0f6f3c1f7e22/resourceGroups/r, false",
    "/subscriptions/b6b3f0a4-55ce-4c0f-8d43-0f6f3c1f7e22/resourceGroups/other, false",
  })
  void shouldInheritFromAboveOnly(String scope, boolean allowed) {
    assertThat(AccessDecision.allows(List.of(grant("AcrPull", scope)), AC + "pull/read", REG))
        .isEqualTo(allowed);
    // never upwards
    assertThat(AccessDecision.allows(List.of(grant("AcrPull", REG)), AC + "pull/read", SUB))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"base2", "bas", "base-x", "base.", "BASE/../x", "base%2f..%2fx", "base x"})
  void rejectsANeighbour(String name) {
    String other = REG.replaceAll("base$", name.replace("$", ""));
    assertThat(AccessDecision.allows(List.of(grant("Owner", REG)), AC + "pull/read", other))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "",
        "read",
        "Microsoft.ContainerRegistry/registries/*",
        "Microsoft.ContainerRegistry/registries/pull/read ",
        "Microsoft.ContainerRegistry//read",
        "Microsoft.ContainerRegistry/registries/pull/read\n",
        "/Microsoft.ContainerRegistry/registries/pull/read",
      })
  void rejectsAnActionThatIsNone(String action) {
    assertThat(AccessDecision.allows(List.of(grant("Owner", "/")), action, REG)).isFalse();
  }

  @Test
  void shouldKeepDataApart() {
    Grant reader = grant("Container Registry Repository Reader", REG);
    Scope registry = Scope.parse(REG).orElseThrow();
    Operation data = Operation.dataAction(AC + "repositories/content/read").orElseThrow();
    Operation control = Operation.action(AC + "repositories/content/read").orElseThrow();

    assertThat(AccessDecision.allows(List.of(reader), data, registry)).isTrue();
    assertThat(AccessDecision.allows(List.of(reader), control, registry)).isFalse();
    assertThat(AccessDecision.allows(List.of(grant("Owner", "/")), data, registry)).isFalse();
  }

  @Test
  void shouldAllowInOneRoleWhatAnotherExcludes() {
    List<Grant> both = List.of(grant("Contributor", SUB), grant("User Access Administrator", REG));

    assertThat(AccessDecision.allows(both, "Microsoft.Authorization/roleAssignments/write", REG))
        .isTrue();
    assertThat(AccessDecision.allows(both, "Microsoft.Authorization/roleAssignments/write", SUB))
        .isFalse();
  }

  @Test
  void rejectsEverythingWithoutAGrant() {
    assertThat(AccessDecision.allows(List.of(), AC + "pull/read", REG)).isFalse();
  }

  /** Properties, over random grants with fixed seeds. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldHoldForAnyGrants(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 400; round++) {
      List<Grant> grants = randomGrants(random);
      String action = randomAction(random);
      String scope = randomScope(random);
      boolean allowed = AccessDecision.allows(grants, action, scope);

      // case never matters
      assertThat(
              AccessDecision.allows(
                  grants, action.toUpperCase(Locale.ROOT), scope.toUpperCase(Locale.ROOT)))
          .isEqualTo(allowed);
      // more grants never take a right away
      List<Grant> more = new ArrayList<>(grants);
      more.addAll(randomGrants(random));
      assertThat(!allowed || AccessDecision.allows(more, action, scope)).isTrue();
      // what holds somewhere holds below
      assertThat(!allowed || AccessDecision.allows(grants, action, scope + "/providers/A.B/c/d"))
          .isTrue();
      // no grant without a scope at or above
      if (allowed) {
        Scope asked = Scope.parse(scope).orElseThrow();
        assertThat(grants)
            .anyMatch(grant ->
                asked.key().startsWith(grant.scope().key())
                    && grant.role().permissions().stream()
                        .flatMap(permission -> permission.actions().stream())
                        .anyMatch(pattern -> new ActionPattern(pattern).matches(action)));
      }
    }
  }

  private static List<Grant> randomGrants(Random random) {
    List<Grant> grants = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Permission permission =
          new Permission(
              List.of(randomPattern(random)),
              random.nextBoolean() ? List.of() : List.of(randomPattern(random)),
              List.of(),
              List.of());
      grants.add(
          new Grant(
              new RoleDefinition(new UUID(0, i), "r", "", List.of(permission)),
              Scope.parse(randomScope(random)).orElseThrow()));
    }
    return grants;
  }

  private static String randomAction(Random random) {
    return pick(random, "A.B", "C.D")
        + "/"
        + pick(random, "x", "y", "x/y")
        + "/"
        + pick(random, "read", "write");
  }

  private static String randomPattern(Random random) {
    return pick(random, "*", "*/read", "A.B/*", "a.b/x/*", "*/y/*", "A.B/*/write", "C.D/x/read");
  }

  private static String randomScope(Random random) {
    return pick(
        random,
        "/subscriptions/s",
        "/subscriptions/s/resourceGroups/g",
        "/subscriptions/s/resourceGroups/g/providers/A.B/c/one",
        "/subscriptions/s/resourceGroups/g/providers/A.B/c/two",
        "/subscriptions/t");
  }

  private static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
