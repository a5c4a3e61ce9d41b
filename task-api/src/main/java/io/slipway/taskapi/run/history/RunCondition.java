package io.slipway.taskapi.run.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A {@code $filter} of runs, as it was understood. */
sealed interface RunCondition {
  /** A property of a run that can be compared. */
  enum Field {
    RUN_ID("run_id"),
    RUN_TYPE("lower(run_type)"),
    STATUS("status"),
    CREATE_TIME("created_at"),
    FINISH_TIME("finished_at"),
    IS_ARCHIVE_ENABLED("archived"),
    TASK_NAME("lower(task)"),
    AGENT_POOL_NAME("pool"),
    REQUEST_ID("request_id"),
    REQUEST_SOURCE("request_source");

    private final String column;

    Field(String column) {
      this.column = column;
    }

    /** The field with this name, in any case. */
    static Optional<Field> named(String name) {
      for (Field field : values()) {
        if (field.name().replace("_", "").equals(name.toUpperCase(Locale.ROOT))) {
          return Optional.of(field);
        }
      }
      return Optional.empty();
    }

    /** Whether the index of facets has it: few values, each shared by many runs. */
    boolean isFacet() {
      return switch (this) {
        case STATUS, RUN_TYPE, IS_ARCHIVE_ENABLED, AGENT_POOL_NAME -> true;
        case RUN_ID, CREATE_TIME, FINISH_TIME, TASK_NAME, REQUEST_ID, REQUEST_SOURCE -> false;
      };
    }

    boolean isTime() {
      return this == CREATE_TIME || this == FINISH_TIME;
    }
  }

  /** True for every run. */
  record All() implements RunCondition {}

  record And(RunCondition left, RunCondition right) implements RunCondition {}

  record Or(RunCondition left, RunCondition right) implements RunCondition {}

  /**
   * @param operator of SQL
   * @param value what the field is compared with, of the column's type
   */
  record Compare(Field field, String operator, Object value) implements RunCondition {
    boolean isEqual() {
      return operator.equals("=");
    }
  }

  /** A pushed image has this text in {@code registry/repository@digest}. */
  record Images(String needle) implements RunCondition {}

  /** The conditions that all must hold. */
  default List<RunCondition> conjuncts() {
    List<RunCondition> all = new ArrayList<>();
    collect(all);
    return all;
  }

  private void collect(List<RunCondition> all) {
    switch (this) {
      case All ignored -> {}
      case And and -> {
        and.left.collect(all);
        and.right.collect(all);
      }
      case Or or -> all.add(or);
      case Compare compare -> all.add(compare);
      case Images images -> all.add(images);
    }
  }

  /** Whether the condition is about facets alone. */
  default boolean isFacets() {
    return switch (this) {
      case All ignored -> true;
      case And and -> and.left.isFacets() && and.right.isFacets();
      case Or or -> or.left.isFacets() && or.right.isFacets();
      case Compare compare -> compare.field.isFacet();
      case Images ignored -> false;
    };
  }

  /** As SQL over a row of {@code run}; what was written in the filter becomes parameters. */
  default String sql(Parameters parameters) {
    return switch (this) {
      case All ignored -> "true";
      case And and -> "(" + and.left.sql(parameters) + " and " + and.right.sql(parameters) + ")";
      case Or or -> "(" + or.left.sql(parameters) + " or " + or.right.sql(parameters) + ")";
      case Compare compare ->
          compare.field.column + " " + compare.operator + " " + parameters.add(compare.value);
      case Images images ->
          "exists (select 1 from run_image where run_image.registry_uid = run.registry_uid"
              + " and run_image.number = run.number and strpos(name || '@' || digest, "
              + parameters.add(images.needle)
              + ") > 0)";
    };
  }
}
