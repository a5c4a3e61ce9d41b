package io.slipway.taskfile.alias;

import io.slipway.taskfile.text.MappedText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Replaces {@code $name} by what the alias stands for; unknown names stay as they are. */
public final class AliasExpander {
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

  /** Aliases that every file has: the run's variables and Microsoft's tool images. */
  public static final Map<String, String> BUILT_IN = builtIn();

  private final Map<String, String> aliases;
  private final String directive;

  /** With these aliases and the character that begins a name. */
  public AliasExpander(Map<String, String> aliases, char directive) {
    this(aliases, String.valueOf(directive));
  }

  /** With these aliases and the character, any of Unicode, that begins a name. */
  public AliasExpander(Map<String, String> aliases, String directive) {
    this.aliases = Map.copyOf(aliases);
    this.directive = directive;
  }

  public static AliasExpander none() {
    return new AliasExpander(Map.of(), "$");
  }

  public Map<String, String> aliases() {
    return aliases;
  }

  /** Replaces everywhere in a text; a doubled directive becomes a single one. */
  public String expand(String text) {
    return expand(MappedText.of(text)).text();
  }

  /**
   * Replaces everywhere in a text. What follows an unknown name at once is plain text, even a
   * directive, as in the original.
   */
  public MappedText expand(MappedText text) {
    String in = text.text();
    if (!in.contains(directive)) {
      return text;
    }
    MappedText.Builder out = new MappedText.Builder();
    int line = 1;
    int at = 0;
    while (at < in.length()) {
      int next = in.indexOf(directive, at);
      String plain = in.substring(at, next < 0 ? in.length() : next);
      out.copied(plain, line);
      line += (int) plain.chars().filter(c -> c == '\n').count();
      at += plain.length();
      if (next >= 0) {
        at = expandAt(in, at, line, out);
      }
    }
    return out.build(text.lines());
  }

  private int expandAt(String in, int from, int line, MappedText.Builder out) {
    int start = from + directive.length();
    int end = start;
    while (end < in.length() && isNamePart(in.charAt(end))) {
      end++;
    }
    boolean directiveFollows = in.startsWith(directive, end);
    String value = aliases.get(in.substring(start, end));
    if (end > start && value != null) {
      out.inserted(value, line);
      return end;
    }
    out.copied(in.substring(from, end), line);
    if (!directiveFollows) {
      return end;
    }
    if (end > start) {
      out.copied(directive, line);
    }
    return end + directive.length();
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

  private static Map<String, String> builtIn() {
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
