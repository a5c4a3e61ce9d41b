package io.slipway.taskapi.access;

import io.slipway.taskapi.neighbour.IdentityClient.Check;
import io.slipway.taskapi.neighbour.IdentityClient.Decisions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decisions about access that were made before, each with the version it was made as of. The least
 * used go when there are too many. Safe for many threads.
 */
final class RememberedDecisions {
  private final Map<Key, Decision> decisions;

  private record Key(String principalId, Check check) {}

  private record Decision(String version, boolean granted) {}

  RememberedDecisions(int most) {
    this.decisions =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, Decision> eldest) {
            return size() > most;
          }
        };
  }

  /** The decisions about all the checks as of this version, if all are known. */
  Optional<List<Boolean>> find(String version, String principalId, List<Check> checks) {
    List<Boolean> granted = new ArrayList<>(checks.size());
    synchronized (decisions) {
      for (Check check : checks) {
        Decision known = decisions.get(new Key(principalId, check));
        if (known == null || !known.version().equals(version)) {
          return Optional.empty();
        }
        granted.add(known.granted());
      }
    }
    return Optional.of(granted);
  }

  /** Whether something is known about all the checks, as of whatever version. */
  boolean knows(String principalId, List<Check> checks) {
    synchronized (decisions) {
      for (Check check : checks) {
        if (!decisions.containsKey(new Key(principalId, check))) {
          return false;
        }
      }
    }
    return true;
  }

  void keep(String principalId, List<Check> checks, Decisions made) {
    synchronized (decisions) {
      for (int i = 0; i < checks.size(); i++) {
        decisions.put(
            new Key(principalId, checks.get(i)),
            new Decision(made.version(), made.granted().get(i)));
      }
    }
  }
}
