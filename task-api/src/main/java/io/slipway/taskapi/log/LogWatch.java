package io.slipway.taskapi.log;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Wakes whoever follows a log in this process, so that nobody has to ask the database again and
 * again. What another instance stores wakes nobody here.
 */
@ApplicationScoped
public class LogWatch {
  private final ConcurrentHashMap<UUID, List<Runnable>> followers = new ConcurrentHashMap<>();

  /** Calls this after each change of the run's log or state; it must not block. */
  public void follow(UUID run, Runnable wake) {
    followers.compute(
        run,
        (uid, others) -> {
          List<Runnable> all = others == null ? new CopyOnWriteArrayList<>() : others;
          all.add(wake);
          return all;
        });
  }

  /** Undoes {@link #follow}. */
  public void leave(UUID run, Runnable wake) {
    followers.computeIfPresent(
        run,
        (uid, others) -> {
          others.remove(wake);
          return others.isEmpty() ? null : others;
        });
  }

  /** To be called after the commit: these runs, or their logs, are not what they were. */
  public void changed(Collection<UUID> runs) {
    if (followers.isEmpty()) {
      return;
    }
    for (UUID run : runs) {
      followers.getOrDefault(run, List.of()).forEach(Runnable::run);
    }
  }
}
