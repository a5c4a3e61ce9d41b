-- The event that asked for a run: whoever sent it finds the run by it, and all events of the run
-- name it. Runs that were asked for otherwise, and those of earlier versions, have none.
alter table run add column request_id text;
alter table run add column request_source text;
alter table run add column request_trace text;
create index run_of_request on run (registry_uid, request_id, number) where request_id is not null;
