package io.slipway.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The machine that figures are from. */
public final class Machine {
  private Machine() {}

  /** What to know about figures from here: processors, load, JDK. */
  public static Map<String, String> about() throws IOException {
    Map<String, String> about = new TreeMap<>();
    about.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    about.put("load", Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    about.put("jdk", Integer.toString(Runtime.version().feature()));
    return about;
  }

  /** The same as a line. */
  public static String line() throws IOException {
    Map<String, String> about = about();
    return about.get("processors")
        + " processors, load "
        + about.get("load")
        + ", JDK "
        + about.get("jdk");
  }
}
