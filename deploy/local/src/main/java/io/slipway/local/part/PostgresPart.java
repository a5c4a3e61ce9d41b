package io.slipway.local.part;

import io.slipway.infra.ChildProcess;
import io.slipway.infra.PostgresProcess;
import java.util.Map;

/**
 * PostgreSQL, with a role and a schema per service.
 *
 * @param settings where it runs
 * @param database name of the one database
 * @param passwords password by role
 */
public record PostgresPart(
    PostgresProcess.Settings settings, String database, Map<String, String> passwords)
    implements Part {
  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public ChildProcess start() {
    PostgresProcess postgres = PostgresProcess.start(settings);
    try {
      postgres.createDatabase(database);
      passwords.forEach(
          (role, password) -> postgres.createRoleWithSchema(database, role, password));
      return postgres.process();
    } catch (RuntimeException failed) {
      postgres.close();
      throw failed;
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
