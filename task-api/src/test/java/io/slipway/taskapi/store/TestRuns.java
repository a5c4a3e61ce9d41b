package io.slipway.taskapi.store;

import java.util.UUID;

/** Registries and runs as rows, many at once. */
public final class TestRuns {

  private TestRuns() {}

  /** Makes a registry and its resource group. */
  public static UUID registry(TestStore store, String name) {
    UUID uid = UUID.randomUUID();
    store.change(
        """
        insert into resource_group (name_key, name, location, tags, created_at)
          values ('rg', 'rg', 'local', '{}', now()) on conflict do nothing;
        insert into registry (uid, name, name_key, group_key, location, sku, tags, state,
            login_server, run_prefix, created_at)
          values ('%1$s', '%2$s', lower('%2$s'), 'rg', 'local', 'Standard', '{}', 'Succeeded',
            '%2$s.local', 'ca', now());
        insert into run_counter (registry_uid, last_number) values ('%1$s', 0)\
        """
            .formatted(uid, name));
    return uid;
  }

  /**
   * Adds runs, the first a second after the last of those before.
   *
   * @param count how many
   * @param columns SET list for the new rows, with {@code made.number} as the number of the run; by
   *     default they have succeeded an hour after they were made, as quick runs
   */
  public static void add(TestStore store, UUID registry, int count, String columns) {
    store.change(
        """
        begin;
        create temp table made on commit drop as
          select gen_random_uuid() as uid, last_number + n as number, '%1$s'::uuid as registry_uid
          from run_counter, generate_series(1, %2$d) n where registry_uid = '%1$s';
        insert into run (uid, registry_uid, registry, number, run_id, kind, run_type, trigger_kind,
            pool, os, architecture, cpu, timeout_seconds, custom_registries, spec, status, attempt,
            cancel_requested, lost_agents, last_sequence, created_at, queued_at, published_at,
            started_at, finished_at, updated_at, output_images, archived, own_credentials)
          select uid, registry_uid, 'r', number, 'ca' || number, 'Task', 'QuickRun', 'Manual',
            'default', 'linux', 'amd64', 2, 3600, '{}', repeat('x', 300), 'Succeeded', 1,
            false, '{}', 0, at, at, at, at, at + interval '1 hour', at, '[]', false, false
          from (select made.*, timestamptz '2026-01-01 00:00:00Z' + number * interval '1 s' as at
            from made) made;
        update run set %3$s from made where run.uid = made.uid;
        update run_counter set last_number = last_number + %2$d where registry_uid = '%1$s';
        commit\
        """
            .formatted(registry, count, columns.isEmpty() ? "attempt = 1" : columns));
  }
}
