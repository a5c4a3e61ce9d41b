package io.slipway.taskapi.dispatch;

/** How many runs of a lane Kafka is told of before an agent has claimed them. */
final class Window {
  private Window() {}

  /** Share of a second for which what is in a window should last when more wait behind it. */
  private static final int SHARE = 2;

  /**
   * What a window holds, for what is in it is in front of a registry whose turn it is: a run for
   * each slot, and more if runs are so short that half a second takes more. While no agent is known
   * there is nobody to wait for.
   *
   * @param usual for few or no agents
   * @param slots runs that the agents of the lane execute at once
   * @param perSecond runs of the lane that went into the window in the last second
   */
  static int size(int usual, int slots, int perSecond) {
    return slots == 0 ? usual : Math.max(slots, Math.min(usual, perSecond / SHARE));
  }

  /**
   * How many runs are to be handed out.
   *
   * @param size of the window
   * @param inWindow runs in it
   * @param anyRoom whether the least room counts; if not, 0 while so few have left that a turn
   *     would cost more than it brings
   */
  static int room(int size, int inWindow, boolean anyRoom) {
    int room = Math.max(0, size - inWindow);
    return !anyRoom && room < worthATurn(size) ? 0 : room;
  }

  /**
   * How many runs have to leave before a turn is worth what it costs; 0 or less if there is room.
   *
   * @param size of the window
   * @param inWindow runs in it
   */
  static int missing(int size, int inWindow) {
    return worthATurn(size) - (size - inWindow);
  }

  private static int worthATurn(int size) {
    return Math.max(1, size / 4);
  }
}
