package io.slipway.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.PatternType;
import org.junit.jupiter.api.Test;

class KafkaAclsTest {
  /** Whoever gives other brokers their ACLs by that table gives each user what it has here. */
  @Test
  void shouldBeTheTableOfTheDocumentation() throws Exception {
    Path root = Path.of(System.getProperty("slipway.root", "../..")).toAbsolutePath().normalize();

    assertThat(Files.readString(root.resolve("docs/interfaces.md"))).contains(table());
  }

  @Test
  void shouldGiveEachAgentTheSameAndNobodyMore() {
    List<AclBinding> two = KafkaAcls.all("p.", List.of("a", "b"), List.of("run-agent-1", "x"));

    assertThat(of(two, "x")).isNotEmpty().hasSameElementsAs(of(two, "run-agent-1"));
    assertThat(two).allMatch(acl -> acl.pattern().name().startsWith("p."));
    assertThat(KafkaAcls.isPart("run-agent-12")).isTrue();
    assertThat(KafkaAcls.isPart("run-agents")).isFalse();
    assertThat(KafkaAcls.isPart("dashboard")).isFalse();
  }

  private static List<String> of(List<AclBinding> acls, String user) {
    return acls.stream()
        .filter(acl -> acl.entry().principal().equals("User:" + user))
        .map(acl -> acl.pattern() + " " + acl.entry().operation())
        .toList();
  }

  private static String table() {
    Map<String, Map<String, Set<String>>> users = new LinkedHashMap<>();
    for (AclBinding acl : KafkaAcls.all("", List.of("POOL"))) {
      String on =
          "%s `%s%s`"
              .formatted(
                  acl.pattern().resourceType().name().toLowerCase(Locale.ROOT),
                  acl.pattern().name(),
                  acl.pattern().patternType() == PatternType.PREFIXED ? "…" : "");
      users
          .computeIfAbsent(acl.entry().principal().substring(5), user -> new TreeMap<>())
          .computeIfAbsent(on, name -> new TreeSet<>())
          .add(name(acl));
    }
    StringJoiner rows = new StringJoiner("\n");
    rows.add("| user | on | operations |").add("| --- | --- | --- |");
    users.forEach((user, all) -> {
      String[] first = {"`" + user + "`"};
      all.forEach((on, operations) -> {
        rows.add("| %s | %s | %s |".formatted(first[0], on, String.join(", ", operations)));
        first[0] = "";
      });
    });
    return rows.toString();
  }

  private static String name(AclBinding acl) {
    StringBuilder name = new StringBuilder();
    for (String word : acl.entry().operation().name().split("_", -1)) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
