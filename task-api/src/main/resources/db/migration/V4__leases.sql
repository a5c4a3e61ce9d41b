-- Which process of an agent owns a run: until a step has begun, that process may claim it again.
alter table run add column incarnation uuid;
-- SHA-256, in base64url, of the run token of the current lease; the token itself is nowhere in the ledger.
alter table run add column token_hash text;
-- What the specification says about identities, so that the check of a lease need not read it.
alter table run add column rights text;
-- The attempts that agents lost after a step had begun, beside their names in lost_agents.
alter table run add column lost_attempts int[] not null default '{}';
-- How often the run was given to an agent and came back at no cost.
alter table run add column handed_back int not null default 0;

-- Until now every attempt before the current one was a lost one. Only runs that are not over count.
update run set lost_attempts = (select array_agg(n) from generate_series(1, cardinality(lost_agents)) n)
where status = 'Queued' and cardinality(lost_agents) > 0;
update run set lost_attempts = (select array_agg(n) from generate_series(1, cardinality(lost_agents)) n)
where status in ('Started', 'Running') and cardinality(lost_agents) > 0;

-- A heartbeat changes lease_until alone. While no index has that column, and the page has room, no
-- index is touched.
drop index run_leased;
create index run_active on run (token_hash) where status in ('Started', 'Running');
alter table run set (fillfactor = 85);

alter table agent add column incarnation uuid;
alter table agent add column platform text;
alter table agent add column draining boolean not null default false;
alter table agent set (fillfactor = 50);

-- Which instance watches over the leases, and does all else that one instance does for all.
create table leader (
  name   text primary key,
  holder text        not null,
  until  timestamptz not null
);
