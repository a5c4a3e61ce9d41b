package io.slipway.agent.log;

import java.util.ArrayList;
import java.util.List;

/**
 * Masks what one program prints, within a line and over line ends: a line whose end could be the
 * beginning of a secret waits for the next one of the same program.
 */
final class MaskedLines {
  /** Most lines that wait; a secret that is spread over more is not found. */
  private static final int MOST_WAITING = 64;

  private final SecretMasker masker;
  private final List<String> waiting = new ArrayList<>();

  MaskedLines(SecretMasker masker) {
    this.masker = masker;
  }

  /** Takes a line of output; answers the lines that can be shown now, masked. */
  List<String> next(String line) {
    waiting.add(masker.mask(line));
    if (waiting.size() > 1) {
      maskAcross();
    }
    int keep = Math.min(beginning(), MOST_WAITING);
    List<String> shown = List.copyOf(waiting.subList(0, waiting.size() - keep));
    waiting.subList(0, waiting.size() - keep).clear();
    return shown;
  }

  /** What still waits; nothing of it is a whole secret. */
  List<String> rest() {
    List<String> shown = List.copyOf(waiting);
    waiting.clear();
    return shown;
  }

  /** Masks secrets that begin on one of the waiting lines and end on another. */
  private void maskAcross() {
    List<SecretIndex.Span> found = masker.forms().find(String.join("", waiting));
    int begin = 0;
    for (int i = 0; i < waiting.size() && !found.isEmpty(); i++) {
      String line = waiting.get(i);
      waiting.set(i, SecretMasker.without(line, begin, found));
      begin += line.length();
    }
  }

  /** How many of the last waiting lines could be the beginning of a secret. */
  private int beginning() {
    int longest = masker.forms().beginning(String.join("", waiting));
    int lines = 0;
    for (int i = waiting.size() - 1, left = longest; left > 0; i--, lines++) {
      left -= waiting.get(i).length();
    }
    return lines;
  }
}
