package io.slipway.bench.measure;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Figures with what they have to be, as lines for people and as JSON for programs. */
public final class Report {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Figure> figures = new ArrayList<>();

  /**
   * A figure.
   *
   * @param group what it belongs to, such as {@code 2 agents, http}
   * @param name what it is
   * @param value how much; not a number if it could not be measured
   * @param unit such as {@code ms}
   * @param aims what it has to be; none for figures that only inform
   */
  public record Figure(String group, String name, double value, String unit, List<Aim> aims) {
    /** One line, such as {@code idle, schedule to start p50 8.2 ms must <= 15: met}. */
    String line() {
      String text =
          String.format(
              Locale.ROOT,
              "  %-44s %s %s",
              name,
              Double.isNaN(value) ? "       -" : String.format(Locale.ROOT, "%8.2f", value),
              unit);
      List<String> aimed = aims.stream().map(aim -> aim.text(value)).toList();
      return aimed.isEmpty() ? text : String.format("%-64s %s", text, String.join("; ", aimed));
    }
  }

  /** Adds a figure and prints it. */
  public void add(String group, String name, double value, String unit, Aim... aims) {
    if (figures.isEmpty() || !figures.getLast().group().equals(group)) {
      System.out.println(group);
    }
    Figure figure = new Figure(group, name, value, unit, List.of(aims));
    figures.add(figure);
    System.out.println(figure.line());
  }

  /** All figures so far. */
  public List<Figure> figures() {
    return List.copyOf(figures);
  }

  /**
   * Writes them to a file.
   *
   * @param about what was measured on what
   */
  public void write(Path file, Map<String, String> about) throws IOException {
    ObjectNode all = JSON.createObjectNode();
    about.forEach(all.putObject("about")::put);
    ArrayNode list = all.putArray("figures");
    for (Figure figure : figures) {
      ObjectNode node = list.addObject();
      node.put("group", figure.group()).put("name", figure.name()).put("unit", figure.unit());
      if (!Double.isNaN(figure.value())) {
        node.put("value", figure.value());
      }
      ArrayNode aims = node.putArray("aims");
      for (Aim aim : figure.aims()) {
        aims.addObject()
            .put("word", aim.word())
            .put("value", aim.value())
            .put("bound", aim.atLeast() ? "at least" : "at most")
            .put("met", aim.isMet(figure.value()));
      }
    }
    Path target = file.toAbsolutePath();
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    JSON.writerWithDefaultPrettyPrinter().writeValue(target.toFile(), all);
    System.out.println("All figures are in " + target);
  }
}
