-- Whether tokens of the ARM audience are taken at the registry's log-in (authentication-as-arm).
alter table registry add column arm_tokens boolean not null default true;
