-- Timers of tasks: when each is due next, and what became of the last time. The leader brings the rows
-- to what the tasks say, and these are the versions that it has read.
alter table task add column timers_version int;
alter table task add column saved_at timestamptz;  -- by the database's clock
create index task_timers_unread on task (uid)
  where properties is not null and version % 2 = 0 and timers_version is distinct from version;

create table timer_trigger (
  task_uid        uuid        not null references task (uid) on delete cascade,
  name            text        not null,
  registry_uid    uuid        not null,
  schedule        text        not null,
  time_zone       text,                          -- null: UTC
  occurrence      timestamptz,                   -- the next one; null: none
  due_at          timestamptz,                   -- later than the occurrence if that is tried again
  last_occurrence timestamptz,
  last_run        text,                          -- id of the run that it started
  last_problem    text,                          -- why it started none
  primary key (task_uid, name)
);
create index timer_due on timer_trigger (due_at) where due_at is not null;

-- What ARM shows of the trigger of a run besides its kind, as JSON.
alter table run add column timer_trigger text;
