package io.slipway.builder.interpreter;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code --chmod} makes of the rights of what is copied: a number, {@code 0755}, or a list as
 * in chmod(1), {@code u=rwX,go-w}.
 */
final class ModeChange {
  private static final Pattern OCTAL = Pattern.compile("0*[0-7]{1,4}");
  private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)");
  private static final Pattern ACTION = Pattern.compile("([-+=])([rwxXst]+|[ugo]|)");

  private final List<Action> actions;

  /**
   * One action.
   *
   * @param whose bits that it may change
   * @param operator {@code +}, {@code -} or {@code =}
   * @param rights letters; {@code u}, {@code g} and {@code o} are the rights that these have
   */
  private record Action(int whose, char operator, String rights) {
    int apply(int mode, boolean folder) {
      int bits = 0;
      for (char right : rights.toCharArray()) {
        bits |=
            switch (right) {
              case 'r' -> 0444;
              case 'w' -> 0222;
              case 'x' -> 0111;
              case 'X' -> folder || (mode & 0111) != 0 ? 0111 : 0;
              case 's' -> 06000;
              case 'u' -> (mode >> 6 & 7) * 0111;
              case 'g' -> (mode >> 3 & 7) * 0111;
              case 'o' -> (mode & 7) * 0111;
              default -> 01000;
            };
      }
      int changed = bits & whose;
      return switch (operator) {
        case '+' -> mode | changed;
        case '-' -> mode & ~changed;
        default -> mode & ~(whose & 0777) | changed;
      };
    }
  }

  private ModeChange(List<Action> actions) {
    this.actions = actions;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is neither form
   */
  static ModeChange parse(String text) {
    if (OCTAL.matcher(text).matches()) {
      int mode = Integer.parseInt(text, 8);
      return new ModeChange(
          List.of(new Action(07777, '-', "rwxst"), new Action(mode, '+', "rwxst")));
    }
    List<Action> actions = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher clause = CLAUSE.matcher(part);
      if (!clause.matches()) {
        throw new IllegalArgumentException(
            "--chmod=" + text + " must be an octal number, such as 0755, or as u=rwX,go=rX");
      }
      Matcher action = ACTION.matcher(clause.group(2));
      while (action.find()) {
        actions.add(new Action(whose(clause.group(1)), action.group(1).charAt(0), action.group(2)));
      }
    }
    return new ModeChange(actions);
  }

  private static int whose(String letters) {
    int bits = letters.isEmpty() ? 07777 : 0;
    for (char letter : letters.toCharArray()) {
      bits |=
          switch (letter) {
            case 'u' -> 04700;
            case 'g' -> 02070;
            case 'o' -> 01007;
            default -> 07777;
          };
    }
    return bits;
  }

  /** The rights after it. */
  int apply(int mode, boolean folder) {
    int changed = mode;
    for (Action action : actions) {
      changed = action.apply(changed, folder);
    }
    return changed;
  }
}
