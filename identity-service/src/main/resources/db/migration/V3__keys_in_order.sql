-- What is at or below a scope is a range of keys, if these are in the order of their characters; that
-- of a language is another one, and no index of it can be used for such a range.
drop index role_assignment_scope;
alter table role_assignment alter column scope_key type text collate "C";
create index role_assignment_scope on role_assignment (scope_key);
alter table managed_identity alter column resource_key type text collate "C";
alter table protected_resource alter column resource_key type text collate "C";
create index protected_resource_key on protected_resource (resource_key);

create index principal_display_name on principal (display_name, created_at);
