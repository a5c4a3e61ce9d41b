package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunRowsTest {
  private static final Pattern TABLE =
      Pattern.compile("create table run \\((.*?)\\n\\);", Pattern.DOTALL);
  private static final Pattern COLUMN = Pattern.compile("(?m)^  (?!unique)(\\w+) ");
  private static final Pattern ADDED = Pattern.compile("alter table run add column (\\w+)");

  /** Written by the claim alone, or by no version any more. */
  private static final Set<String> NOT_HERE =
      Set.of("token_hash", "holder", "rights", "token_renew_at", "events_signed");

  private final RunRows rows = new RunRows(null); // no value is written here

  @Test
  void shouldWriteEachColumnThatTheMigrationsMake() throws IOException {
    String insert = rows.insert();
    String names = insert.substring(insert.indexOf('(') + 1, insert.indexOf(')'));
    List<String> written = Arrays.asList(names.split(", "));

    List<String> columns = columns();
    assertThat(columns).containsAll(NOT_HERE);
    columns.removeAll(NOT_HERE);
    assertThat(written).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(columns);
    assertThat(insert).endsWith("$" + written.size() + ")");
  }

  @Test
  void shouldChangeWhatHappensToARunAndNothingElse() {
    assertThat(rows.update())
        .startsWith("update run set status = c.status, attempt = c.attempt, ")
        .contains(
            "published_at = case when run.queued_at = c.queued_at then run.published_at"
                + " else null end")
        .contains("as c (uid uuid, status text, attempt int, ")
        .endsWith("where run.uid = c.uid")
        .doesNotContain("registry", "created_at", "spec");
  }

  @Test
  void shouldReadNoSpecificationWithARun() {
    assertThat(rows.columns("run.")).contains("run.uid, ", "run.status").doesNotContain("spec");
  }

  private static List<String> columns() throws IOException {
    StringBuilder sql = new StringBuilder();
    try (Stream<Path> migrations = Files.list(Path.of("src/main/resources/db/migration"))) {
      for (Path migration : migrations.sorted().toList()) {
        sql.append(Files.readString(migration));
      }
    }
    List<String> columns = new ArrayList<>();
    TABLE
        .matcher(sql)
        .results()
        .map(MatchResult::group)
        .forEach(table -> find(COLUMN, table, columns));
    find(ADDED, sql.toString(), columns);
    return columns;
  }

  private static void find(Pattern pattern, String text, List<String> found) {
    pattern.matcher(text).results().map(match -> match.group(1)).forEach(found::add);
  }
}
