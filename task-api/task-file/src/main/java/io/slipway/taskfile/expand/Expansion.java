package io.slipway.taskfile.expand;

import io.slipway.taskfile.alias.AliasExpander;
import io.slipway.taskfile.text.LineMap;

/**
 * What becomes of a task file's text.
 *
 * @param text the YAML, ready to be parsed
 * @param version version of the file, one of the accepted ones
 * @param aliasesEnabled whether aliases were replaced; then the first word of each {@code cmd} may
 *     be one too
 * @param aliases the file's aliases; none if they are not enabled
 * @param lines from which line of the user's file each line of the YAML comes
 * @param mentionsSecrets whether the text may refer to secrets, so that it must be expanded again
 *     when they are known
 * @param secondAlias line of the user's file with a second {@code alias:}, or 0
 * @param fixed whether the file refers to nothing outside of itself, so that every run gets this
 */
public record Expansion(
    String text,
    String version,
    boolean aliasesEnabled,
    AliasExpander aliases,
    LineMap lines,
    boolean mentionsSecrets,
    int secondAlias,
    boolean fixed) {}
