package io.slipway.taskfile.expand;

import io.slipway.gotemplate.TemplateSources;
import io.slipway.taskfile.alias.AliasSources;
import java.util.Map;

/**
 * What a task file's text may refer to.
 *
 * @param run {@code .Run} by name
 * @param values {@code .Values}: texts, numbers, truth values, lists and maps
 * @param secrets {@code .Secrets} by id; empty as long as they are not known
 * @param aliasSources gives the text of a file or address that {@code alias: src:} names
 * @param sources clock and randomness for the functions that need them
 */
public record ExpansionInput(
    Map<String, String> run,
    Map<String, Object> values,
    Map<String, String> secrets,
    AliasSources aliasSources,
    TemplateSources sources) {
  /** Without secrets; alias sources, clock and randomness are refused by name. */
  public static ExpansionInput of(Map<String, String> run, Map<String, Object> values) {
    return new ExpansionInput(
        run, values, Map.of(), AliasSources.NONE, TemplateSources.unavailable());
  }

  /** With secrets that have been resolved. */
  public ExpansionInput withSecrets(Map<String, String> resolved) {
    return new ExpansionInput(run, values, resolved, aliasSources, sources);
  }

  /** With a reader of alias sources. */
  public ExpansionInput withAliasSources(AliasSources reader) {
    return new ExpansionInput(run, values, secrets, reader, sources);
  }

  /** With a clock and randomness. */
  public ExpansionInput withSources(TemplateSources available) {
    return new ExpansionInput(run, values, secrets, aliasSources, available);
  }
}
