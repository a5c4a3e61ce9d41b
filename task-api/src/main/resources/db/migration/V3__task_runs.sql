-- Runs that are deployed as resources. request holds no secret: those are at the broker, as long as
-- the run lasts.
create table task_run (
  uid              uuid primary key,
  registry_uid     uuid        not null references registry (uid) on delete cascade,
  name             text        not null,
  name_key         text        not null,
  location         text        not null,
  tags             text        not null,
  identity         text        not null,
  request          text        not null,
  force_update_tag text,
  digest           text        not null,        -- keyed, of all that makes it run again
  run_uid          uuid,                        -- null until the first PUT got through
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  version          int         not null,
  unique (registry_uid, name_key)
);

-- Number of the run that the dependencies of a task are from: runs do not end in order.
alter table task add column dependencies_run bigint not null default 0;
