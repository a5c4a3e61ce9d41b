-- The backlog is in the ledger: a run whose published_at is null waits here, another one that is
-- Queued is in the window, which is what Kafka was told of and no agent has claimed.

alter table run alter column published_at drop not null;
alter table run add column priority smallint not null default 5;

drop index run_waiting;
create index run_backlog on run (pool, os, architecture, registry_uid, priority desc, number)
  where status = 'Queued' and published_at is null;
create index run_window on run (pool, os, architecture, published_at)
  where status = 'Queued' and published_at is not null;

-- Whose turn it is among the registries whose runs wait for the same agents. The row is the lock
-- of a turn. registries and times hold those alone that are ahead of virtual_time.
create table dispatch_lane (
  pool         text     not null,
  os           text     not null,
  architecture text     not null,
  virtual_time bigint   not null default 0,
  registries   uuid[]   not null default '{}',
  times        bigint[] not null default '{}',
  primary key (pool, os, architecture)
);
