-- A version of a pack may hold triggers that take effect on a day to come: until then those of the version before watch.
alter table rule_packs add column replaced jsonb not null default '[]';
comment on column rule_packs.replaced is 'versions before this one that may still be in force, newest first: {files, setHash}';
grant update (replaced) on rule_packs to sandglass_app;
