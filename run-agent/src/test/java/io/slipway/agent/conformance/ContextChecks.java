package io.slipway.agent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskfile.build.ContextAddress;
import java.util.Map;

/** Kinds of the group git-context that need no git. */
final class ContextChecks implements CheckerGroup {
  private static final String BLANKS = "blanks around a context";
  private static final String EMPTY = "an address of git with an empty fragment";

  @Override
  public Map<String, Checker> checkers() {
    return Map.of(
        "context-classify", ContextChecks::classify,
        "context-subdir", ContextChecks::folder,
        "git-context-parse", ContextChecks::parse,
        "oci-trim", ContextChecks::trim);
  }

  @Override
  public Map<String, String> differences() {
    return Map.of(
        "context-classify-006", EMPTY,
        "context-classify-009", BLANKS,
        "context-classify-010", BLANKS);
  }

  private static void classify(ConformanceCase c) {
    ContextAddress address = ContextAddress.parse(c.text("context"));
    JsonNode expected = c.expected();
    boolean git =
        expected.get("git").asBoolean()
            || expected.get("vsts").asBoolean()
            || expected.get("azureDevOps").asBoolean();
    assertThat(git).isEqualTo(expected.get("sourceControl").asBoolean());
    assertThat(address instanceof ContextAddress.Git).isEqualTo(git);
    assertThat(address instanceof ContextAddress.Tarball)
        .isEqualTo(expected.get("url").asBoolean() && !git);
    assertThat(address instanceof ContextAddress.Artifact)
        .isEqualTo(expected.get("oci").asBoolean());
    assertThat(address instanceof ContextAddress.Local)
        .isEqualTo(expected.get("local").asBoolean());
  }

  private static void folder(ConformanceCase c) {
    String folder = ((ContextAddress.Git) ContextAddress.parse(c.text("url"))).folder();
    assertThat(folder.isEmpty() ? "." : folder).isEqualTo(c.expected().get("subdir").asText());
  }

  private static void parse(ConformanceCase c) {
    assertThat(ContextAddress.parse(c.text("url")))
        .isEqualTo(
            new ContextAddress.Git(
                c.expected().get("remote").asText(),
                c.expected().get("ref").asText(),
                c.expected().get("subdir").asText()));
  }

  private static void trim(ConformanceCase c) {
    String reference =
        switch (ContextAddress.parse(c.text("context"))) {
          case ContextAddress.Artifact artifact -> artifact.reference();
          case ContextAddress.Local local -> local.path();
          default -> "";
        };
    assertThat(reference).isEqualTo(c.expected().get("reference").asText());
  }
}
