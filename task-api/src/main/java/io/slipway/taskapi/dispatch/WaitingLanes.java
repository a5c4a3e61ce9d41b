package io.slipway.taskapi.dispatch;

import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Set;

/** The lanes whose runs wait, in the backlog or in the window. */
@ApplicationScoped
public class WaitingLanes {
  private final Transactions transactions;
  private final DispatchRows rows;

  WaitingLanes(Transactions transactions, DispatchRows rows) {
    this.transactions = transactions;
    this.rows = rows;
  }

  public Uni<Set<Lane>> all() {
    return transactions.reading(connection ->
        rows.busyLanes(connection)
            .chain(busy ->
                rows.toldLanes(connection)
                    .map(told -> {
                      Set<Lane> all = new HashSet<>(told);
                      busy.forEach(one -> all.add(one.lane()));
                      return all;
                    })));
  }
}
