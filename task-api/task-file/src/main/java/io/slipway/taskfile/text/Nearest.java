package io.slipway.taskfile.text;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the word that somebody may have meant. */
public final class Nearest {
  /** More edits than this are another word, for which the distance is -1. */
  private static final LevenshteinDistance FEW_EDITS = new LevenshteinDistance(2);

  private Nearest() {}

  /** The known word with the fewest edits to the given one, if they are few. */
  public static Optional<String> of(String word, List<String> known) {
    return known.stream()
        .filter(candidate -> FEW_EDITS.apply(word, candidate) >= 0)
        .min(
            Comparator.<String>comparingInt(candidate -> FEW_EDITS.apply(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }
}
