package io.slipway.taskfile.alias;

import java.util.LinkedHashMap;
import java.util.Map;

/** Replaces {@code $name} by what the alias stands for; unknown names stay as they are. */
public final class AliasExpander {
  private static final String MCR = "mcr.microsoft.com/acr/";

  /** Aliases that every file has. */
  public static final Map<String, String> BUILT_IN = builtIn();

  private final Map<String, String> aliases;
  private final char directive;

  /** With these aliases and the character that begins a name. */
  public AliasExpander(Map<String, String> aliases, char directive) {
    this.aliases = aliases;
    this.directive = directive;
  }

  private static Map<String, String> builtIn() {
    Map<String, String> aliases = new LinkedHashMap<>();
    for (String name :
        new String[] {
          "ID",
          "SharedVolume",
          "Registry",
          "RegistryName",
          "Date",
          "OS",
          "Architecture",
          "Commit",
          "Branch"
        }) {
      aliases.put(name, "{{.Run." + name + "}}");
    }
    aliases.put("acr", MCR + "acr-cli:0.19");
    aliases.put("az", MCR + "azure-cli:2ff604c");
    aliases.put("bash", MCR + "bash:2ff604c");
    aliases.put("curl", MCR + "curl:2ff604c");
    aliases.put("cssc", MCR + "cssc:2ff604c");
    return aliases;
  }

  /** Replaces everywhere in a text; a doubled directive becomes a single one. */
  public String expand(String text) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != directive) {
        out.append(c);
        at++;
        continue;
      }
      int end = at + 1;
      while (end < text.length() && isNamePart(text.charAt(end))) {
        end++;
      }
      if (end == at + 1) {
        boolean doubled = end < text.length() && text.charAt(end) == directive;
        out.append(directive);
        at = doubled ? end + 1 : end;
      } else {
        String name = text.substring(at + 1, end);
        String value = aliases.get(name);
        out.append(value != null ? value : directive + name);
        at = end;
      }
    }
    return out.toString();
  }

  /** Replaces the first word of a command if it is an alias's name. */
  public String expandCommand(String command) {
    String trimmed = command.strip();
    int blank = trimmed.indexOf(' ');
    String first = blank < 0 ? trimmed : trimmed.substring(0, blank);
    String value = aliases.get(first);
    return value == null ? command : value + (blank < 0 ? "" : trimmed.substring(blank));
  }

  private static boolean isNamePart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }
}
