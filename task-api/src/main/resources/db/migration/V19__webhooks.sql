-- Webhooks of registries. Their addresses, headers and secrets are the broker's, by the uid.
create table webhook (
  uid          uuid primary key,
  registry_uid uuid        not null references registry (uid),
  name         text        not null,
  name_key     text        not null,
  location     text        not null,
  tags         text        not null,
  enabled      boolean     not null,
  scope        text        not null,             -- as it was given
  repository   text collate "C",                 -- that it is for; null: all
  tag          text collate "C",                 -- null: all
  actions      text[]      not null,
  ready        boolean     not null,             -- false until the broker has its part
  failures     int         not null default 0,   -- in a row
  rests_until  timestamptz,                      -- its receiver failed: nothing is sent before
  problem      text,                             -- of the last delivery that failed
  created_at   timestamptz not null,
  unique (registry_uid, name_key)
);

-- What webhooks are told, one row for each event and webhook. The latest that are done stay for a
-- while, so that people see what was sent and what was answered.
create table webhook_delivery (
  id            uuid primary key,                -- what receivers know it by, however often sent
  webhook_uid   uuid        not null references webhook (uid) on delete cascade,
  event         text        not null,            -- the same when the event is heard of again
  action        text        not null,
  content       text        not null,            -- JSON
  created_at    timestamptz not null,
  asked_at      timestamptz not null,            -- from when on its age counts
  due_at        timestamptz,                     -- when to send it; null: done
  claimed_until timestamptz,                     -- somebody sends it
  tries         int         not null default 0,
  state         text        not null default 'Waiting', -- Delivered, Dead
  request       text,                            -- what was sent, as it may be shown: JSON
  response      text,                            -- what was answered
  problem       text,
  unique (webhook_uid, event)
);
create index webhook_delivery_due on webhook_delivery (due_at) where due_at is not null;
create index webhook_delivery_waiting on webhook_delivery (webhook_uid, due_at)
  where due_at is not null;
create index webhook_delivery_last on webhook_delivery (webhook_uid, created_at);
