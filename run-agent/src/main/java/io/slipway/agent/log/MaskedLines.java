package io.slipway.agent.log;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Masks what one program prints, within a line and over line ends: a line whose end could be the
 * beginning of a secret waits for the next one of the same program.
 */
final class MaskedLines {
  /** Fewer characters of a secret at the end of a line are no reason to hold it back. */
  private static final int SHORTEST_BEGINNING = 3;

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
    String text = String.join("", waiting);
    BitSet hidden = new BitSet();
    for (String form : masker.forms()) {
      for (int at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
        hidden.set(at, at + form.length());
      }
    }
    if (hidden.isEmpty()) {
      return;
    }
    int begin = 0;
    for (int i = 0; i < waiting.size(); i++) {
      String line = waiting.get(i);
      waiting.set(i, without(line, hidden.get(begin, begin + line.length())));
      begin += line.length();
    }
  }

  private static String without(String line, BitSet hidden) {
    StringBuilder shown = new StringBuilder();
    for (int at = 0; at < line.length(); ) {
      if (hidden.get(at)) {
        shown.append(SecretMasker.MASK);
        at = hidden.nextClearBit(at);
      } else {
        int next = hidden.nextSetBit(at);
        shown.append(line, at, next < 0 ? line.length() : next);
        at = next < 0 ? line.length() : next;
      }
    }
    return shown.toString();
  }

  /** How many of the last waiting lines could be the beginning of a secret. */
  private int beginning() {
    String text = String.join("", waiting);
    int longest = 0;
    for (String form : masker.forms()) {
      int most = Math.min(form.length() - 1, text.length());
      for (int length = most; length > longest && length >= SHORTEST_BEGINNING; length--) {
        if (text.regionMatches(text.length() - length, form, 0, length)) {
          longest = length;
        }
      }
    }
    int lines = 0;
    for (int i = waiting.size() - 1, left = longest; left > 0; i--, lines++) {
      left -= waiting.get(i).length();
    }
    return lines;
  }
}
