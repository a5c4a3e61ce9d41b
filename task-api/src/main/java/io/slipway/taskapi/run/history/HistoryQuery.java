package io.slipway.taskapi.run.history;

import io.slipway.taskapi.run.history.RunCondition.Compare;
import io.slipway.taskapi.run.history.RunCondition.Field;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A page of a registry's runs as SQL. Whatever the filter, no more than {@value #EXAMINED} runs are
 * looked at, or as many as the page holds: where no index leads to the runs, a page may end early
 * and say where the next one begins. So a page costs the same however many runs there are.
 */
public final class HistoryQuery {
  private static final int EXAMINED = 1_000;

  /** Imports among the newest runs are not shown; so many may be before a page ends early. */
  private static final int SPARE = 100;

  private static final String PUSHED =
      "(select distinct number from candidate where hit) page join run using (number)"
          + " where run.registry_uid = $1";

  private static final Set<Object> ENDED =
      Set.of("Succeeded", "Failed", "Canceled", "Error", "Timeout");

  private final RunCondition condition;
  private final UUID registryUid;
  private final Position before;
  private final int most;
  private final String columns;

  private HistoryQuery(
      RunCondition condition, UUID registryUid, Position before, int most, String columns) {
    this.condition = condition;
    this.registryUid = registryUid;
    this.before = before;
    this.most = most;
    this.columns = columns;
  }

  /**
   * A page of runs.
   *
   * @param filter {@code $filter}; fails with 400 for one that is not understood
   * @param before where the page before ended
   * @param most how many runs, from 1
   * @param columns of {@code run}, separated by commas, without a prefix
   */
  public static HistoryQuery of(
      UUID registryUid, @Nullable String filter, Position before, int most, String columns) {
    return new HistoryQuery(RunFilter.parse(filter), registryUid, before, most, columns);
  }

  /**
   * A statement.
   *
   * @param values of its parameters; times are {@link Instant}
   */
  public record Statement(String sql, List<Object> values) {}

  /**
   * Runs that are over, and with some filters those that are not.
   *
   * @param statement gives a row or more, each with {@code examined}, {@code stop_at} and {@code
   *     stop_number}; in the only row of an empty page the other columns are null
   * @param limit if so many were examined, there may be more after the place where it stopped
   * @param order of the page
   */
  public record Past(Statement statement, int limit, Order order) {}

  /** The runs that are over, and all that one statement finds. */
  public Past past() {
    Parameters parameters = parameters();
    AccessPath path = AccessPath.of(condition, parameters);
    int limit = limit(path);
    String page = path.pushes() ? PUSHED : "candidate run where true";
    String sql =
        """
        with %1$s candidate as materialized (
          select * from (%2$s) found order by at desc, number desc limit %3$d)
        select counted.examined, stop.at as stop_at, stop.number as stop_number, run.*
        from (select count(*)::int as examined from candidate) counted
        left join lateral (select at, number from candidate order by at, number limit 1) stop
          on true
        left join lateral (
          select %4$s from %5$s
            and kind = 'Task' and $3::timestamptz is not null and %6$s
          order by %7$s limit %8$d) run on true\
        """
            .formatted(
                path.with(),
                path.candidates()
                    .replace(":limit", Integer.toString(limit))
                    .replace(":columns", columns),
                limit,
                columns,
                page,
                condition.sql(parameters),
                path.order().sql(),
                most);
    return new Past(new Statement(sql, parameters.values()), limit, path.order());
  }

  /** The runs that are not over, if {@link #past} does not find them and any can fit. */
  public Optional<Statement> live() {
    AccessPath path = AccessPath.of(condition, parameters());
    if (path.live() || condition.conjuncts().stream().anyMatch(HistoryQuery::isOfTheEnd)) {
      return Optional.empty();
    }
    Parameters parameters = parameters();
    String sql =
        "select %s from run where registry_uid = $1 and finished_at is null and kind = 'Task'"
            + " and $3::timestamptz is not null and %s and %s order by %s limit %d";
    return Optional.of(
        new Statement(
            sql.formatted(
                columns, path.order().after(), condition.sql(parameters), path.order().sql(), most),
            parameters.values()));
  }

  private int limit(AccessPath path) {
    if (!path.exact()) {
      return Math.max(EXAMINED, most);
    }
    return path.live() || path.order() == Order.FINISHED ? most + SPARE : most;
  }

  private Parameters parameters() {
    Parameters parameters = new Parameters();
    parameters.add(registryUid);
    parameters.add(before.number());
    parameters.add(before.time());
    return parameters;
  }

  /** Only a run that is over can fulfil it. */
  private static boolean isOfTheEnd(RunCondition one) {
    return one instanceof RunCondition.Images
        || (one instanceof Compare compare
            && (compare.field() == Field.FINISH_TIME
                || (compare.field() == Field.STATUS
                    && compare.isEqual()
                    && ENDED.contains(compare.value()))));
  }
}
