package io.slipway.taskapi.support;

import io.slipway.infra.TestInfra;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The database itself, behind the service's back. */
public final class Ledger {

  private Ledger() {}

  /** First column of the first row as text. */
  public static String query(String sql) {
    return query(Platform.running().database(), sql);
  }

  /** The same of the broker's database. */
  public static String broker(String sql) {
    return query(Platform.running().brokerDatabase(), sql);
  }

  private static String query(TestInfra.Database database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException wrong) {
      throw new IllegalStateException(sql, wrong);
    }
  }

  public static void change(String sql) {
    try (Connection connection = connect(Platform.running().database());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException wrong) {
      throw new IllegalStateException(sql, wrong);
    }
  }

  /** Every value of every column of every table, binary ones as text. */
  public static List<String> everything(TestInfra.Database database) {
    List<String> values = new ArrayList<>();
    try (Connection connection = connect(database)) {
      List<String> tables = new ArrayList<>();
      try (ResultSet found =
          connection
              .createStatement()
              .executeQuery(
                  "select quote_ident(table_name) from information_schema.tables"
                      + " where table_schema = current_schema()")) {
        while (found.next()) {
          tables.add(found.getString(1));
        }
      }
      for (String table : tables) {
        try (ResultSet rows = connection.createStatement().executeQuery("select * from " + table)) {
          int columns = rows.getMetaData().getColumnCount();
          while (rows.next()) {
            for (int i = 1; i <= columns; i++) {
              Object value = rows.getObject(i);
              if (value instanceof byte[] bytes) {
                values.add(new String(bytes, StandardCharsets.ISO_8859_1));
              } else if (value != null) {
                values.add(value.toString());
              }
            }
          }
        }
      }
    } catch (SQLException wrong) {
      throw new IllegalStateException(wrong);
    }
    return values;
  }

  /** A session of its own. */
  public static Connection connect() throws SQLException {
    return connect(Platform.running().database());
  }

  private static Connection connect(TestInfra.Database database) throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }
}
