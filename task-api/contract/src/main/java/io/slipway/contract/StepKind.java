package io.slipway.contract;

/** What a step does. {@code IMPORT} is the one step of a registry import. */
public enum StepKind {
  BUILD,
  PUSH,
  CMD,
  IMPORT
}
