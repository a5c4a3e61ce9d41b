package io.slipway.agent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.expand.ExpandTaskFile;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.text.CommentLines;
import io.slipway.taskfile.text.MappedText;
import io.slipway.taskfile.values.SetValues;
import io.slipway.taskfile.values.ShellQuote;
import io.slipway.taskfile.values.ValuesFile;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kinds of the group template. */
final class TemplateChecks implements CheckerGroup {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss'z'").withZone(ZoneOffset.UTC);
  private static final String EARLIER_THAN_ALIASES = "version: v1.0.0\n";

  @Override
  public Map<String, Checker> checkers() {
    return Map.of(
        "template-strip-comments", TemplateChecks::comments,
        "template", TemplateChecks::template,
        "template-set", TemplateChecks::set,
        "shell-quote", TemplateChecks::quote,
        "registry-name", TemplateChecks::registryName);
  }

  private static void comments(ConformanceCase c) {
    assertThat(CommentLines.without(MappedText.of(c.text("template"))).text())
        .isEqualTo(c.expected().get("text").asText());
  }

  private static void quote(ConformanceCase c) {
    assertThat(ShellQuote.quote(c.text("text"))).isEqualTo(c.expected().get("quoted").asText());
  }

  private static void registryName(ConformanceCase c) {
    assertThat(RunVariables.registryName(c.text("loginServer")))
        .isEqualTo(c.expected().get("name").asText());
  }

  private static void set(ConformanceCase c) throws Refusal {
    if (c.mustFail()) {
      assertThatThrownBy(() -> SetValues.parse(texts(c.input().get("set"))))
          .isInstanceOf(Refusal.class);
    } else {
      assertThat(SetValues.parse(texts(c.input().get("set"))))
          .isEqualTo(ValuesFile.parse(c.expected().get("yaml").asText()));
    }
  }

  private static void template(ConformanceCase c) throws Refusal {
    ExpansionInput input =
        ExpansionInput.of(
                run(c.input().path("run")),
                SetValues.over(
                    ValuesFile.parse(c.text("values")),
                    SetValues.parse(texts(c.input().path("set")))))
            .withSecrets(strings(c.input().path("secrets")));
    String rendered =
        c.text("mode").equals("build")
            ? ExpandTaskFile.expandBuild(c.text("template"), input)
            : ExpandTaskFile.expand(EARLIER_THAN_ALIASES + c.text("template"), input)
                .text()
                .substring(EARLIER_THAN_ALIASES.length());
    assertThat(rendered).isEqualTo(c.expected().get("rendered").asText());
  }

  /** Variables of a run as templates see them. */
  static Map<String, String> run(JsonNode json) {
    Map<String, String> run = strings(json);
    run.computeIfPresent("Date", (name, date) -> DATE.format(Instant.parse(date)));
    if (run.containsKey("Registry")) {
      run.put("RegistryName", RunVariables.registryName(run.get("Registry")));
    }
    return run;
  }

  static Map<String, String> strings(JsonNode json) {
    Map<String, String> strings = new LinkedHashMap<>();
    json.fields().forEachRemaining(e -> strings.put(e.getKey(), e.getValue().asText()));
    return strings;
  }

  static List<String> texts(JsonNode json) {
    List<String> texts = new ArrayList<>();
    json.forEach(node -> texts.add(node.asText()));
    return texts;
  }
}
