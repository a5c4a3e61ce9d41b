-- History: every list and filter of finished runs goes along one of these, from the newest back.
-- They hold finished runs alone, so that a run gets its entries once, when it ends.

drop index run_by_status;
drop index run_by_task;

create index run_live on run (registry_uid, number) where finished_at is null;

-- All that has few values. A filter of these is answered for each combination that occurs.
create index run_facets on run (registry_uid, status, run_type, archived, pool, number)
  where finished_at is not null and kind = 'Task';
create index run_of_task on run (registry_uid, lower(task), status, number)
  where finished_at is not null and kind = 'Task' and task is not null;
create index run_created on run (registry_uid, created_at, number)
  where finished_at is not null and kind = 'Task';
create index run_ended on run (registry_uid, finished_at, number) where finished_at is not null;

-- What runs pushed; only runs that pushed something have rows here.
create table run_image (
  registry_uid uuid             not null,
  number       bigint           not null,
  name         text collate "C" not null,      -- login server and repository
  digest       text collate "C" not null,
  primary key (registry_uid, number, name, digest)
);
create index run_image_digest on run_image (registry_uid, digest, number);
create index run_image_name on run_image (registry_uid, name, number);

insert into run_image (registry_uid, number, name, digest)
  select run.registry_uid, run.number,
         left(concat(image ->> 'registry', '/', image ->> 'repository'), 512),
         left(coalesce(image ->> 'digest', ''), 128)
  from run
  cross join lateral jsonb_array_elements(
    case when output_images in ('', '[]') or position('\u0000' in output_images) > 0
      then '[]' else output_images end::jsonb) image
  on conflict do nothing;

-- Cleanups are claimed for a minute and told outside of a transaction; one that is refused again
-- and again is set aside with the reason.
alter table pending_cleanup add column owner uuid;
alter table pending_cleanup add column refused int not null default 0;
alter table pending_cleanup add column claimed_until timestamptz;
alter table pending_cleanup add column set_aside_at timestamptz;
alter table pending_cleanup add column reason text;
drop index pending_cleanup_due;
create index pending_cleanup_due on pending_cleanup (action, due_at) where set_aside_at is null;
create index pending_cleanup_name on pending_cleanup (lower(target))
  where action = 'CLOSE_REGISTRY';

-- A deleted registry is a row without a group, under a name that none can have, until all that
-- hangs on it has been taken away in pieces.
alter table registry alter column group_key drop not null;
alter table registry add column deleted_at timestamptz;
create index registry_deleted on registry (deleted_at) where deleted_at is not null;
alter table registry add column completion_failures int not null default 0;

-- Who began it may follow it, also when the rights that it took went with the resource.
alter table operation add column principal_id text;

create index pending_cleanup_aside on pending_cleanup (set_aside_at)
  where set_aside_at is not null;
drop index run_finished;

-- Rows are deleted in pieces all the time: their place is to be used again soon.
alter table run set (autovacuum_vacuum_scale_factor = 0.02);
alter table run_log set (autovacuum_vacuum_scale_factor = 0.02);
alter table log_chunk set (autovacuum_vacuum_scale_factor = 0.02);
