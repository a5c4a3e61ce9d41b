-- Genuine deliveries of git providers to the hooks of source triggers, one row for each event that
-- they tell of, and what became of it. A delivery that comes again finds its rows.
create table source_delivery (
  task_uid     uuid        not null references task (uid) on delete cascade,
  name         text        not null,             -- of the trigger
  delivery     text        not null,             -- the same when it is sent again
  registry_uid uuid        not null,
  received_at  timestamptz not null default clock_timestamp(),
  source       text,                             -- what the run says of it, as JSON; null: no run
  accepted     boolean     not null,             -- whether a run was asked for
  due_at       timestamptz,                      -- when its run is to be asked for; null: done
  run_id       text,
  problem      text,                             -- why there is no run
  primary key (task_uid, name, delivery)
);
create index source_delivery_due on source_delivery (due_at) where due_at is not null;
create index source_delivery_last on source_delivery (task_uid, name, received_at);
create index source_delivery_old on source_delivery (received_at);

-- What ARM shows of a run that a source trigger started, as JSON.
alter table run add column source_trigger text;
