package io.slipway.taskapi.run.history;

/**
 * The queries that find candidates, each along one index. {@code $1} is the registry, {@code $2}
 * and {@code $3} are the place where the page before ended; {@code :limit} and {@code :columns} are
 * put in by {@link HistoryQuery}, the rest by {@link AccessPath}.
 */
final class CandidateSql {
  static final String PAST = " and finished_at is not null and kind = 'Task'";

  static final String NEWEST = " and number < $2 order by number desc limit :limit";

  static final String NUMBERS =
      "select null::timestamptz as at, :columns from run where registry_uid = $1 %s" + NEWEST;

  static final String PUSHES =
      "select null::timestamptz as at, number, %s as hit from run_image where registry_uid = $1 %s"
          + NEWEST;

  /** Each combination of facets that occurs, by a jump from one to the next in the index. */
  static final String FACETS =
      """
      recursive facet as (
        (select status, run_type, archived, pool from run where registry_uid = $1 %1$s
          order by status, run_type, archived, pool limit 1)
        union all
        select next.* from facet cross join lateral (
          select run.status, run.run_type, run.archived, run.pool from run
          where registry_uid = $1 %1$s
            and (run.status, run.run_type, run.archived, run.pool)
              > (facet.status, facet.run_type, facet.archived, facet.pool)
          order by run.status, run.run_type, run.archived, run.pool limit 1) next),
      chosen as (select * from facet where %2$s),
      """;

  static final String BY_FACETS =
      """
      select null::timestamptz as at, found.* from chosen cross join lateral (
        select :columns from run where registry_uid = $1 and run.status = chosen.status
          and run.run_type = chosen.run_type and run.archived = chosen.archived
          and run.pool = chosen.pool\
      """
          + PAST
          + NEWEST
          + ") found";

  static final String BY_TASK =
      """
      select null::timestamptz as at, found.* from (
        select status from (values ('Succeeded'), ('Failed'), ('Canceled'), ('Error'), ('Timeout'))
          as ended (status) where %s) chosen cross join lateral (
        select :columns from run where registry_uid = $1 and lower(task) = %s
          and run.status = chosen.status and task is not null\
      """
          + PAST
          + NEWEST
          + ") found";

  static final String NAMES =
      """
      recursive image as (
        (select name from run_image where registry_uid = $1 order by name limit 1)
        union all
        select next.* from image cross join lateral (
          select run_image.name from run_image
          where registry_uid = $1 and run_image.name > image.name
          order by run_image.name limit 1) next),
      chosen as (select name from image where %s),
      """;

  static final String BY_NAME =
      """
      select null::timestamptz as at, found.number, found.hit from chosen cross join lateral (
        select number, %s as hit from run_image where registry_uid = $1 and run_image.name = chosen.name\
      """
          + NEWEST
          + ") found";

  private CandidateSql() {}
}
