package io.slipway.agent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.alias.AliasExpander;
import io.slipway.taskfile.alias.AliasSources;
import io.slipway.taskfile.alias.ReadAliases;
import io.slipway.taskfile.expand.ExpandTaskFile;
import io.slipway.taskfile.expand.ExpansionInput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** Kinds of the group alias. */
final class AliasChecks implements CheckerGroup {
  @Override
  public Map<String, Checker> checkers() {
    return Map.of(
        "alias-cmd", AliasChecks::cmd,
        "alias-string", AliasChecks::string,
        "alias-validate", AliasChecks::validate,
        "alias-file", AliasChecks::file);
  }

  private static void cmd(ConformanceCase c) {
    AliasExpander aliases = new AliasExpander(aliases(c), "$");
    assertThat(aliases.expandCommand(c.text("cmd"))).isEqualTo(c.expected().get("cmd").asText());
  }

  private static void string(ConformanceCase c) {
    Map<String, String> all = new LinkedHashMap<>(AliasExpander.BUILT_IN);
    all.putAll(aliases(c));
    String directive = c.input().path("directive").asText("$");
    assertThat(new AliasExpander(all, directive).expand(c.text("text")))
        .isEqualTo(c.expected().get("text").asText());
  }

  private static void validate(ConformanceCase c) throws Refusal {
    if (c.mustFail()) {
      assertThatThrownBy(() -> ReadAliases.validate(aliases(c), c.text("directive")))
          .isInstanceOf(Refusal.class);
    } else {
      ReadAliases.validate(aliases(c), c.text("directive"));
    }
  }

  private static void file(ConformanceCase c) throws Exception {
    // The original is called with aliases on, whatever the version.
    String text = c.text("yaml");
    String versioned = text.contains("version:") ? text : "version: v1.1.0\n" + text;
    ExpansionInput input =
        ExpansionInput.of(Map.of(), Map.of())
            .withAliasSources(localFiles(c.input().path("localFiles")));
    if (c.mustFail()) {
      assertThatThrownBy(() -> ExpandTaskFile.expand(versioned, input)).isInstanceOf(Refusal.class);
      return;
    }
    String expanded = ExpandTaskFile.expand(versioned, input).text();
    if (c.expected().has("yamlEquals")) {
      assertThat(new Yaml().<Object>load(expanded))
          .isEqualTo(new Yaml().<Object>load(c.expected().get("yamlEquals").asText()));
    } else {
      assertThat(expanded).isEqualTo(c.expected().get("text").asText());
    }
  }

  private static AliasSources localFiles(JsonNode files) {
    return source -> {
      if (!files.has(source)) {
        throw new IOException("open " + source + ": no such file or directory");
      }
      return files.get(source).asText();
    };
  }

  private static Map<String, String> aliases(ConformanceCase c) {
    Map<String, String> aliases = new LinkedHashMap<>();
    c.input()
        .path("aliases")
        .fields()
        .forEachRemaining(entry -> aliases.put(entry.getKey(), entry.getValue().asText()));
    return aliases;
  }
}
