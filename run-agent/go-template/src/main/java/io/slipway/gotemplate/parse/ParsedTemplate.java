package io.slipway.gotemplate.parse;

import java.util.List;
import java.util.Map;

/**
 * A template as a tree.
 *
 * @param body its statements
 * @param defined templates that it defines, by name
 */
public record ParsedTemplate(List<Statement> body, Map<String, List<Statement>> defined) {}
