package io.slipway.builder.dockerfile;

/**
 * A here-document.
 *
 * @param name its end mark
 * @param expand whether variables in it are replaced: not if the mark is quoted
 * @param content its text, without leading tabs if it was opened by {@code <<-}
 */
public record Heredoc(String name, boolean expand, String content) {}
