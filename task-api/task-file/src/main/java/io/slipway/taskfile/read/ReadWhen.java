package io.slipway.taskfile.read;

import io.slipway.taskfile.plan.After;
import io.slipway.taskfile.plan.Ends;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Reads what a step waits for: {@code when}, whose entries are ids, {@code -}, or mappings such as
 * {@code {step: test, is: failed}} and {@code {step: test, exitedWith: [1, 2]}}; and the step's own
 * {@code exitedWith} and {@code exitedWithout}, which hold for all entries that say nothing else.
 */
final class ReadWhen {
  private static final String AT_ONCE = "-";
  private static final String RIGHT =
      "ids of earlier steps, or {step: id, is: succeeded|failed|always}, or {step: id, exitedWith:"
          + " [1]}";
  private static final Map<String, Ends> ENDS =
      Map.of("succeeded", Ends.SUCCEEDED, "failed", Ends.FAILED, "always", Ends.ALWAYS);
  private static final Set<String> KNOWN = Set.of("step", "is", "exitedWith", "exitedWithout");

  private final Properties step;
  private final String id;
  private final Set<String> earlier;

  private ReadWhen(Properties step, String id, Set<String> earlier) {
    this.step = step;
    this.id = id;
    this.earlier = earlier;
  }

  /**
   * Reads it.
   *
   * @param id id of the step
   * @param earlier ids of the steps before it in the file
   * @param previous id of the step just before it; null for the first
   */
  static List<After> of(
      Properties step, String id, Set<String> earlier, @Nullable String previous) {
    return new ReadWhen(step, id, earlier).read(previous);
  }

  private List<After> read(@Nullable String previous) {
    Ends usual = ownCodes();
    List<Node> entries = step.sequence("when", RIGHT);
    List<After> after = new ArrayList<>();
    if (entries.isEmpty()) {
      if (previous != null) {
        after.add(new After(previous, usual));
      }
    } else if (!startsAtOnce(entries)) {
      after.addAll(conditions(entries, usual));
    }
    if (after.isEmpty() && !usual.equals(Ends.SUCCEEDED)) {
      step.warn(
          step.has("exitedWith") ? "exitedWith" : "exitedWithout",
          "has no effect: the step waits for no other");
    }
    return after;
  }

  private boolean startsAtOnce(List<Node> entries) {
    boolean atOnce =
        entries.stream()
            .anyMatch(entry -> entry instanceof ScalarNode text && text.getValue().equals(AT_ONCE));
    if (atOnce && entries.size() > 1) {
      step.refuse(
          "when",
          "step cannot contain other IDs in when if the immediate execution token is specified");
    }
    return atOnce;
  }

  /** An id named twice is one condition; the original waits for ever. */
  private List<After> conditions(List<Node> entries, Ends usual) {
    Map<String, After> conditions = new LinkedHashMap<>();
    int index = 0;
    for (Node entry : entries) {
      Properties.Text place = new Properties.Text("", step.at("when") + "[" + index++ + "]", entry);
      After condition =
          switch (entry) {
            case ScalarNode text -> condition(text, place, usual);
            case MappingNode mapping -> condition(step.of(place.path(), mapping), place, usual);
            default -> {
              step.mistyped(place, "must be " + RIGHT);
              yield null;
            }
          };
      if (condition == null) {
        continue;
      }
      After before = conditions.putIfAbsent(condition.stepId(), condition);
      if (before != null && !before.equals(condition)) {
        step.refuse(
            place,
            "step '"
                + condition.stepId()
                + "' is named twice with different conditions, which cannot both be asked for");
      }
    }
    return List.copyOf(conditions.values());
  }

  private @Nullable After condition(ScalarNode text, Properties.Text place, Ends usual) {
    return isEarlier(text.getValue(), place) ? new After(text.getValue(), usual) : null;
  }

  private @Nullable After condition(Properties entry, Properties.Text place, Ends usual) {
    entry.warnOfUnknown(KNOWN, Map.of());
    String other = entry.text("step");
    if (other == null) {
      step.refuse(place, "names no step: " + RIGHT);
      return null;
    }
    Ends ends = ends(entry, usual);
    return isEarlier(other, place) ? new After(other, ends) : null;
  }

  private Ends ends(Properties entry, Ends usual) {
    String word = entry.text("is");
    Ends codes = codes(entry);
    if (word == null) {
      return codes == null ? usual : codes;
    }
    Ends named = ENDS.get(word);
    if (named == null) {
      entry.refuse(
          "is",
          "must be succeeded, failed or always, not "
              + Properties.shown(word)
              + entry.suggestion(word, ENDS.keySet()));
      return usual;
    }
    if (codes != null) {
      entry.refuse("is", "cannot be combined with exitedWith or exitedWithout");
    }
    return named;
  }

  private Ends ownCodes() {
    Ends codes = codes(step);
    return codes == null ? Ends.SUCCEEDED : codes;
  }

  private static @Nullable Ends codes(Properties properties) {
    List<Integer> with = properties.numbers("exitedWith");
    List<Integer> without = properties.numbers("exitedWithout");
    return with.isEmpty() && without.isEmpty()
        ? null
        : new Ends.ExitCode(new HashSet<>(with), new HashSet<>(without));
  }

  private boolean isEarlier(String other, Properties.Text place) {
    if (other.isEmpty()) {
      step.refuse(place, "from cannot be empty");
      return false;
    }
    if (other.equals(id)) {
      step.refuse(place, "Step ID: " + id + " is self-referenced");
      return false;
    }
    if (earlier.contains(other)) {
      return true;
    }
    step.refuse(
        place,
        other
            + " does not exist as a vertex [from: "
            + other
            + ", to: "
            + id
            + "]; only steps earlier in the file can be named"
            + step.suggestion(other, earlier));
    return false;
  }
}
