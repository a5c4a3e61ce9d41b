package io.slipway.taskfile.alias;

import com.google.re2j.Pattern;
import io.slipway.taskfile.text.MappedText;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code alias:} section, which is cut out of the text before it is parsed: from a line that
 * begins with it to the next line that begins with a key. It may stand anywhere, also twice.
 *
 * @param section the section's lines
 * @param rest the lines around it
 * @param second line of the user's file where it begins once more, or 0
 */
public record AliasBlock(MappedText section, MappedText rest, int second) {
  private static final Pattern BEGIN = Pattern.compile("alias[ \t]*:.*");

  /** Cuts it out of a text without comment lines. */
  public static AliasBlock cutFrom(MappedText text) {
    String[] lines = text.text().split("\n", -1);
    List<Integer> section = new ArrayList<>();
    List<Integer> rest = new ArrayList<>();
    boolean inside = false;
    int begun = 0;
    int second = 0;
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      boolean startsAtMargin = !line.isEmpty() && line.charAt(0) != ' ' && line.charAt(0) != '\t';
      if (startsAtMargin && (line.indexOf(':') >= 0 || isDocumentMark(line))) {
        inside = BEGIN.matcher(line.stripTrailing()).matches();
        begun += inside ? 1 : 0;
        second = inside && begun == 2 ? text.lines().source(i + 1) : second;
      }
      (inside ? section : rest).add(i);
    }
    return new AliasBlock(text.only(section), text.only(rest), second);
  }

  private static boolean isDocumentMark(String line) {
    return line.startsWith("---") || line.startsWith("...");
  }
}
