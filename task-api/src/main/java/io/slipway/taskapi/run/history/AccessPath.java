package io.slipway.taskapi.run.history;

import io.slipway.taskapi.run.history.RunCondition.Compare;
import io.slipway.taskapi.run.history.RunCondition.Field;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the runs that a condition may be true for are found: along which index, from the newest back.
 * The condition itself is looked at afterwards, for each of them.
 *
 * @param with common table expressions, each ended by a comma, or empty
 * @param candidates query of {@code at} and the columns of a run, or of {@code at, number, hit} of
 *     pushes; {@code :limit} stands for the number of candidates, {@code :columns} for the columns
 * @param exact whether (nearly) all candidates fulfil the condition
 * @param pushes whether the candidates are rows of {@code run_image}
 * @param live whether runs that are not over are among the candidates
 * @param order of the candidates and of the list
 */
record AccessPath(
    String with, String candidates, boolean exact, boolean pushes, boolean live, Order order) {
  /** The way that suits a condition. */
  static AccessPath of(RunCondition condition, Parameters parameters) {
    List<RunCondition> all = condition.conjuncts();
    Optional<Compare> id = equal(all, Field.RUN_ID);
    if (id.isPresent()) {
      return runs(" and run_id = " + parameters.add(id.get().value()), true);
    }
    Optional<Compare> request = equal(all, Field.REQUEST_ID);
    if (request.isPresent()) {
      return runs(" and request_id = " + parameters.add(request.get().value()), all.size() == 1);
    }
    for (RunCondition one : all) {
      if (one instanceof RunCondition.Images images) {
        return images(new ImageNeedle(images.needle()), all.size() == 1, parameters);
      }
    }
    Optional<Compare> task = equal(all, Field.TASK_NAME);
    if (task.isPresent()) {
      return task(task.get(), all, parameters);
    }
    for (Field field : List.of(Field.CREATE_TIME, Field.FINISH_TIME)) {
      List<RunCondition> limits = limits(all, field);
      if (!limits.isEmpty()) {
        return times(field, limits, limits.size() == all.size(), parameters);
      }
    }
    if (!all.isEmpty() && condition.isFacets()) {
      return new AccessPath(
          CandidateSql.FACETS.formatted(CandidateSql.PAST, condition.sql(parameters)),
          CandidateSql.BY_FACETS,
          true,
          false,
          false,
          Order.NUMBER);
    }
    return runs("", all.isEmpty());
  }

  private static AccessPath runs(String and, boolean exact) {
    return new AccessPath(
        "", CandidateSql.NUMBERS.formatted(and), exact, false, true, Order.NUMBER);
  }

  private static AccessPath pushes(String hit, String and, boolean exact) {
    return new AccessPath(
        "", CandidateSql.PUSHES.formatted(hit, and), exact, true, false, Order.NUMBER);
  }

  private static AccessPath task(Compare task, List<RunCondition> all, Parameters parameters) {
    List<RunCondition> statuses =
        all.stream()
            .filter(one -> one instanceof Compare compare && compare.field() == Field.STATUS)
            .toList();
    return new AccessPath(
        "",
        CandidateSql.BY_TASK.formatted(both(statuses, parameters), parameters.add(task.value())),
        all.size() == statuses.size() + 1,
        false,
        false,
        Order.NUMBER);
  }

  private static AccessPath times(
      Field field, List<RunCondition> limits, boolean exact, Parameters parameters) {
    boolean created = field == Field.CREATE_TIME;
    Order order = created ? Order.CREATED : Order.FINISHED;
    String query =
        "select %s as at, :columns from run where registry_uid = $1 and finished_at is not null%s"
            + " and %s and %s order by %s limit :limit";
    return new AccessPath(
        "",
        query.formatted(
            created ? "created_at" : "finished_at",
            created ? " and kind = 'Task'" : "",
            both(limits, parameters),
            order.after(),
            order.sql()),
        exact,
        false,
        false,
        order);
  }

  private static AccessPath images(ImageNeedle needle, boolean alone, Parameters parameters) {
    String hit = "strpos(name || '@' || digest, " + parameters.add(needle.text()) + ") > 0";
    String end =
        needle.hasAt()
            ? "right(name, %d) = %s"
                .formatted(needle.endOfName().length(), parameters.add(needle.endOfName()))
            : "true";
    if (needle.isWholeDigest()) {
      String digest = parameters.add(needle.startOfDigest());
      return pushes(hit, " and digest = " + digest + " and " + end, alone);
    }
    if (needle.isOfNameOnly()) {
      return names("strpos(name, " + parameters.add(needle.text()) + ") > 0", hit, alone);
    }
    return needle.hasAt()
        ? names(end, hit, alone && needle.startOfDigest().isEmpty())
        : pushes(hit, "", false);
  }

  private static AccessPath names(String which, String hit, boolean exact) {
    return new AccessPath(
        CandidateSql.NAMES.formatted(which),
        CandidateSql.BY_NAME.formatted(hit),
        exact,
        true,
        false,
        Order.NUMBER);
  }

  private static Optional<Compare> equal(List<RunCondition> all, Field field) {
    return all.stream()
        .filter(Compare.class::isInstance)
        .map(Compare.class::cast)
        .filter(one -> one.field() == field && one.isEqual())
        .findFirst();
  }

  private static List<RunCondition> limits(List<RunCondition> all, Field field) {
    return all.stream()
        .filter(one ->
            one instanceof Compare compare
                && compare.field() == field
                && !compare.operator().equals("<>"))
        .toList();
  }

  private static String both(List<RunCondition> all, Parameters parameters) {
    return all.isEmpty()
        ? "true"
        : all.stream().map(one -> one.sql(parameters)).collect(Collectors.joining(" and "));
  }
}
