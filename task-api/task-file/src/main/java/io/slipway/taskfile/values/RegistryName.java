package io.slipway.taskfile.values;

/** Name of a registry, which is the first part of its login server. */
public final class RegistryName {
  private RegistryName() {}

  /** Text before the first dot. */
  public static String of(String loginServer) {
    int dot = loginServer.indexOf('.');
    return dot < 0 ? loginServer : loginServer.substring(0, dot);
  }
}
