-- Keys that sign tokens are withdrawn after a while; one that signs what is said of images is not,
-- or nobody could check it later.
alter table signing_key add column purpose text not null default 'token';
