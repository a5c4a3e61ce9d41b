package io.slipway.taskapi.cleanup;

/** What another service is told when something is gone. */
public enum CleanupAction {
  /** credential-broker: all bindings and secrets of an owner; target: its uuid. */
  FORGET_OWNER,
  /** The same for one run, as soon as it is over or was never accepted. */
  FORGET_RUN,
  /** identity-service: rights at and below a resource, and its identities; target: its ARM id. */
  FORGET_RESOURCE,
  /** identity-service: the system identity of a resource; target: its ARM id. */
  FORGET_SYSTEM_IDENTITY,
  /** identity-service: a registry service; target: its login server. */
  FORGET_AUDIENCE,
  /** registry: the login server and its content; target: name of the registry. */
  CLOSE_REGISTRY
}
