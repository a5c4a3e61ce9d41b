package io.slipway.builder.dockerfile;

import java.util.List;

/**
 * An instruction's text with its continuations joined.
 *
 * @param line first line, counted from 1
 * @param text joined text
 * @param heredocs here-documents that followed it
 */
record LogicalLine(int line, String text, List<Heredoc> heredocs) {}
