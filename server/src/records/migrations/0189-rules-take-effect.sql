-- When a version takes effect decides until when the ones before it stay in force, also after one of several is revoked.
alter table rule_publication_triggers add column in_force_from timestamptz(3);
comment on column rule_publication_triggers.in_force_from is 'start of its effective date in China; null: with its publication';
update rule_publication_triggers
  set in_force_from = trigger_versions.effective_from::timestamp at time zone 'Asia/Shanghai'
  from trigger_versions where trigger_versions.version_hash = rule_publication_triggers.version_hash;
