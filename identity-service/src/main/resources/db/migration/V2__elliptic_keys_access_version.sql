-- Keys of two kinds: RS256 for tokens that clients of Azure hand on, ES256 for the platform's own.
alter table signing_key
  add column algorithm text not null default 'RS256' check (algorithm in ('RS256', 'ES256'));

-- Who remembers a decision about access asks whether this number is still the same. A transaction
-- that changes what decisions are made of raises it as the last thing it does, so that no other lock
-- is waited for while the row is held, and once only.
create table access_version (
  only_one boolean primary key default true check (only_one),
  version  bigint not null,
  raised_by xid8
);

insert into access_version (version) values (1);

create function raise_access_version() returns trigger language plpgsql as $$
begin
  update access_version set version = version + 1, raised_by = pg_current_xact_id()
    where raised_by is distinct from pg_current_xact_id();
  return null;
end
$$;

create constraint trigger principal_access_version
  after insert or update or delete on principal
  deferrable initially deferred for each row execute function raise_access_version();

create constraint trigger role_assignment_access_version
  after insert or update or delete on role_assignment
  deferrable initially deferred for each row execute function raise_access_version();

create constraint trigger protected_resource_access_version
  after insert or update or delete on protected_resource
  deferrable initially deferred for each row execute function raise_access_version();
