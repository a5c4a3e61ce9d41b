package io.slipway.taskfile.text;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the comment lines out before anything else reads the text, so that nothing in them is
 * replaced or rendered. Lines of a block scalar ({@code cmd: |}) are no comments and stay, unlike
 * in the original.
 */
public final class CommentLines {
  /** What follows blanks and dashes in a line that begins a block scalar. */
  private static final Pattern BLOCK_HEAD =
      Pattern.compile(
          "(?<key>[^\\s#-].*?:\\s+)?(?:[&!]\\S+\\s+){0,2}[|>](?<hints>[-+1-9]{0,2})\\s*(?:\\s#.*)?");

  private CommentLines() {}

  /** The text without its comment lines. */
  public static MappedText without(MappedText text) {
    String[] lines = text.text().split("\n", -1);
    List<Integer> kept = new ArrayList<>();
    int at = 0;
    while (at < lines.length) {
      String line = lines[at];
      if (isComment(line)) {
        at++;
        continue;
      }
      kept.add(at++);
      int end = blockEnd(line, lines, at);
      while (at < end) {
        kept.add(at++);
      }
    }
    return text.only(kept);
  }

  /** Whether the first character that is not blank is a hash sign. */
  public static boolean isComment(String line) {
    return line.stripLeading().startsWith("#");
  }

  /** Line after the last one of the block scalar that begins after a line; or the same line. */
  private static int blockEnd(String head, String[] lines, int from) {
    int lead = lead(head);
    if (from == lines.length || head.indexOf('|') < 0 && head.indexOf('>') < 0) {
      return from;
    }
    Matcher block = BLOCK_HEAD.matcher(head.substring(lead));
    if (!block.matches()) {
      return from;
    }
    // The scalar of a key belongs to the key's column, that of a list item to the dash's.
    int parent = block.group("key") == null ? head.lastIndexOf('-', lead) : lead;
    if (parent < 0) {
      return from;
    }
    int content = indentation(block.group("hints"), parent, lines, from);
    int end = from;
    while (end < lines.length && (lines[end].isBlank() || indent(lines[end]) >= content)) {
      end++;
    }
    return end;
  }

  /** Length of the blanks and of the dashes of list items that a line begins with. */
  private static int lead(String line) {
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at);
      boolean dash = c == '-' && at + 1 < line.length() && line.charAt(at + 1) == ' ';
      if (c != ' ' && !dash) {
        break;
      }
      at++;
    }
    return at;
  }

  private static int indentation(String hints, int parent, String[] lines, int from) {
    for (int i = 0; i < hints.length(); i++) {
      if (Character.isDigit(hints.charAt(i))) {
        return parent + hints.charAt(i) - '0';
      }
    }
    for (int i = from; i < lines.length; i++) {
      if (!lines[i].isBlank()) {
        int first = indent(lines[i]);
        return first > parent ? first : Integer.MAX_VALUE;
      }
    }
    return Integer.MAX_VALUE;
  }

  private static int indent(String line) {
    int at = 0;
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    return at;
  }
}
