package sample;

/** Run with -ea. */
public final class RomanTest {
  private RomanTest() {}

  public static void main(String[] arguments) {
    assert Roman.write(1).equals("I");
    assert Roman.write(1987).equals("MCMLXXXVII");
    assert Roman.write(3999).equals("MMMCMXCIX");
    try {
      Roman.write(0);
      throw new AssertionError("0 was accepted");
    } catch (IllegalArgumentException expected) {
      System.out.println("4 tests passed");
    }
  }
}
