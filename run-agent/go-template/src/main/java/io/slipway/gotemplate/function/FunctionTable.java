package io.slipway.gotemplate.function;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/**
 * The functions by name, with the number of arguments that they take; and why other names are
 * refused.
 */
public final class FunctionTable {
  private static final int ANY_NUMBER = Integer.MAX_VALUE;
  private static final int LONGEST_NAME = 40;
  private static final LevenshteinDistance FEW_EDITS = new LevenshteinDistance(2);
  private static final String ENVIRONMENT =
      "it would read the environment of the agent; use {{.Values.name}} with --set";
  private static final String CERTIFICATES =
      "a key or certificate made in a template would be a secret in the task's text; make it in a"
          + " step";

  /** Functions of Sprig that templates must not have, each with the reason. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("env", ENVIRONMENT),
          Map.entry("expandenv", ENVIRONMENT),
          Map.entry(
              "getHostByName", "it would look up hosts in the agent's network; do so in a step"),
          Map.entry("genPrivateKey", CERTIFICATES),
          Map.entry("derivePassword", CERTIFICATES),
          Map.entry("buildCustomCert", CERTIFICATES),
          Map.entry("genCA", CERTIFICATES),
          Map.entry("genSelfSignedCert", CERTIFICATES),
          Map.entry("genSignedCert", CERTIFICATES),
          Map.entry("encryptAES", CERTIFICATES),
          Map.entry("decryptAES", CERTIFICATES));

  private final Map<String, Entry> entries = new HashMap<>();

  /** What a name stands for. */
  @FunctionalInterface
  public interface Function {
    /** Its value for arguments whose number has been checked. */
    @Nullable Object call(Arguments arguments);
  }

  /** A function and how many arguments it takes. */
  public record Entry(int least, int most, Function function) {
    /** Why it cannot be called with so many arguments, or null. */
    public @Nullable String refusal(int count) {
      if (count >= least && count <= most) {
        return null;
      }
      String wanted = most == ANY_NUMBER ? "at least " + least : String.valueOf(least);
      return "wrong number of args: want " + wanted + " got " + count;
    }
  }

  /** All functions that there are. */
  public static FunctionTable standard() {
    FunctionTable table = new FunctionTable();
    GoFunctions.addTo(table);
    TextFunctions.addTo(table);
    CaseFunctions.addTo(table);
    WidthFunctions.addTo(table);
    NumberFunctions.addTo(table);
    ListFunctions.addTo(table);
    DictFunctions.addTo(table);
    ValueFunctions.addTo(table);
    EncodingFunctions.addTo(table);
    DateFunctions.addTo(table);
    PathFunctions.addTo(table);
    RegexFunctions.addTo(table);
    RandomFunctions.addTo(table);
    VersionFunctions.addTo(table);
    return table;
  }

  /** Adds one that takes a fixed number of arguments. */
  FunctionTable add(String name, int count, Function function) {
    return add(name, count, count, function);
  }

  /** Adds one that takes any number of arguments from a least on. */
  FunctionTable addVariadic(String name, int least, Function function) {
    return add(name, least, ANY_NUMBER, function);
  }

  private FunctionTable add(String name, int least, int most, Function function) {
    entries.put(name, new Entry(least, most, function));
    return this;
  }

  /** Adds another name of one. */
  FunctionTable alias(String alias, String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("there is no function " + name);
    }
    entries.put(alias, entry);
    return this;
  }

  public @Nullable Entry get(String name) {
    return entries.get(name);
  }

  public Set<String> names() {
    return entries.keySet();
  }

  /** Why there is no function of a name; null if there is one. */
  public @Nullable String refusal(String name) {
    if (entries.containsKey(name)) {
      return null;
    }
    String reason = REFUSED.get(name);
    if (reason != null) {
      return "function \"" + name + "\" is not available: " + reason;
    }
    return "function \""
        + (name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name)
        + "\" not defined"
        + (name.length() > LONGEST_NAME ? "" : nearest(name));
  }

  private String nearest(String name) {
    return entries.keySet().stream()
        .filter(known -> FEW_EDITS.apply(name, known) >= 0)
        .min(
            Comparator.<String>comparingInt(known -> FEW_EDITS.apply(name, known))
                .thenComparing(Comparator.naturalOrder()))
        .map(known -> "; did you mean '" + known + "'?")
        .orElse("");
  }
}
