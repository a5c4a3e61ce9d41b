-- Whether a registry's exchange takes tokens of the ARM audience (authentication-as-arm).
alter table protected_resource add column arm_tokens boolean not null default true;
