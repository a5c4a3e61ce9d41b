package io.slipway.contract;

import java.util.Map;

/**
 * Someone asks for a run of a task by an event instead of a call.
 *
 * @param registry name of the registry
 * @param task name of the task
 * @param values values for the task file, by name; never secret ones
 */
public record RunRequested(String registry, String task, Map<String, String> values)
    implements RunEvent {}
