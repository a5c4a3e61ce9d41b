package io.slipway.gotemplate.function;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions by name, with the number of arguments that they take. */
public final class FunctionTable {
  private static final int ANY_NUMBER = Integer.MAX_VALUE;

  private final Map<String, Entry> entries = new HashMap<>();

  /** A function and how many arguments it takes. */
  public record Entry(int least, int most, TemplateFunction function) {
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
    TextShapeFunctions.addTo(table);
    NumberFunctions.addTo(table);
    ListFunctions.addTo(table);
    DictFunctions.addTo(table);
    DefaultFunctions.addTo(table);
    TypeFunctions.addTo(table);
    EncodingFunctions.addTo(table);
    DateFunctions.addTo(table);
    PathFunctions.addTo(table);
    RegexFunctions.addTo(table);
    RandomFunctions.addTo(table);
    VersionFunctions.addTo(table);
    UrlFunctions.addTo(table);
    return table;
  }

  /** Adds one that takes a fixed number of arguments. */
  FunctionTable add(String name, int count, TemplateFunction function) {
    return add(name, count, count, function);
  }

  /** Adds one that takes any number of arguments from a least on. */
  FunctionTable addVariadic(String name, int least, TemplateFunction function) {
    return add(name, least, ANY_NUMBER, function);
  }

  private FunctionTable add(String name, int least, int most, TemplateFunction function) {
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

  /** One by name. */
  public @Nullable Entry get(String name) {
    return entries.get(name);
  }

  /** All names. */
  public Set<String> names() {
    return entries.keySet();
  }
}
