-- Which key opens which registry for which owner. server_key is the login server in lower case.
-- user_name and password are encrypted and bound to owner, server and field.
create table binding (
  owner        uuid not null,
  server_key   text not null,
  login_server text not null,
  kind         text not null check (kind in ('Identity', 'Opaque', 'VaultSecret')),
  principal_id uuid,
  client_id    text,
  actions      text not null,
  user_name    bytea,
  password     bytea,
  primary key (owner, server_key)
);

-- Secret values of runs; value is encrypted and bound to owner and name.
create table run_secret (
  owner uuid not null,
  name  text not null,
  value bytea not null,
  primary key (owner, name)
);
