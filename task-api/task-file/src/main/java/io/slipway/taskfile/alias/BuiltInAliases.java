package io.slipway.taskfile.alias;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Aliases that every file has: the run's variables and Microsoft's tool images. */
final class BuiltInAliases {
  private static final String MCR = "mcr.microsoft.com/acr/";
  private static final List<String> RUN =
      List.of(
          "ID",
          "SharedVolume",
          "Registry",
          "RegistryName",
          "Date",
          "OS",
          "Architecture",
          "Commit",
          "Branch");

  /** Those of a run on Linux. */
  static final Map<String, String> LINUX = linux();

  private BuiltInAliases() {}

  private static Map<String, String> linux() {
    Map<String, String> aliases = new LinkedHashMap<>();
    RUN.forEach(name -> aliases.put(name, "{{.Run." + name + "}}"));
    aliases.put("acr", MCR + "acr-cli:0.19");
    aliases.put("az", MCR + "azure-cli:2ff604c");
    aliases.put("bash", MCR + "bash:2ff604c");
    aliases.put("curl", MCR + "curl:2ff604c");
    aliases.put("cssc", MCR + "cssc:2ff604c");
    return Collections.unmodifiableMap(aliases);
  }
}
