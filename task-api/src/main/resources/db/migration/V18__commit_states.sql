-- The state of the run at its commit, which the provider is told if the trigger has a token.
alter table source_delivery add column state_due timestamptz;    -- when to look; null: done
alter table source_delivery add column state_said text;          -- pending, success, failure
alter table source_delivery add column state_tries int not null default 0;
create index source_delivery_state on source_delivery (state_due) where state_due is not null;

-- Repositories whose server tells nothing: what their branches and tags were at, by the names of the
-- triggers that ask for it, as JSON. A change raises the round.
create table source_poll (
  task_uid uuid primary key references task (uid) on delete cascade,
  seen     text        not null,
  round    bigint      not null,
  problem  text,                                 -- why the last poll told nothing
  poll_at  timestamptz not null
);
create index task_polled on task (uid) where properties like '%"polling":true%';
