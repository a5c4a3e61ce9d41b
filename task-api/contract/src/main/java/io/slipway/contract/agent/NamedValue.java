package io.slipway.contract.agent;

/** A value of a task file or an argument of a build. It is never a secret one. */
public record NamedValue(String name, String value) {}
