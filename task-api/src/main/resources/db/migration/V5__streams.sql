-- What goes to Kafka and what comes from it: nothing waits behind something that cannot move.

-- A record that could not be sent is tried again later; the others of its key wait for it.
alter table outbox add column attempts int not null default 0;
alter table outbox add column due_at timestamptz;             -- null: never failed
create index outbox_deferred on outbox (key) where due_at is not null;

-- Records that can never be sent.
create table dead_outbox (
  id         bigint primary key,                 -- as it was in the outbox
  topic      text        not null,
  key        text        not null,
  headers    text        not null,
  payload    bytea       not null,
  created_at timestamptz not null,
  died_at    timestamptz not null,
  reason     text        not null
);
create index dead_outbox_age on dead_outbox (died_at);

-- The first piece of a log is in the row of the log itself: a short log is one row.
alter table run_log add column content bytea;                 -- from byte 0; null if it is a chunk
alter table run_log alter column content set storage external;
alter table run_log add column gaps boolean not null default false;  -- pieces wait beyond a gap
alter table run_log add column sealed_from bigint;            -- length when it was sealed
-- Where a piece beyond a gap belongs, while a note about the lost bytes stands before it.
alter table log_chunk add column true_offset bigint;
-- New logs are gap-less and new pieces are where they belong.
update run_log set gaps = true where exists (
  select 1 from log_chunk where log_chunk.run_uid = run_log.run_uid
    and log_chunk.start_offset > run_log.length);

-- Logs of ended runs that are not whole, or were not when the run ended. No reference to the run:
-- the sweep forgets the rows of runs that no longer exist.
create table open_log (
  run_uid uuid primary key,
  since   timestamptz not null
);
create index open_log_since on open_log (since);
insert into open_log (run_uid, since)
  select run.uid, now() from run left join run_log on run_log.run_uid = run.uid
  where run.finished_at > now() - interval '1 day'
    and run.log_bytes > coalesce(run_log.length, 0) and not coalesce(run_log.sealed, false);

-- Rows come and go all the time: the dead ones must not pile up at the low end of the index.
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0);
alter table open_log set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0);
-- Rows that are changed several times: room beside each for its next version.
alter table run_log set (fillfactor = 80);
