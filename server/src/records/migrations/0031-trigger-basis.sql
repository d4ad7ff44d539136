alter table trigger_versions
  add column certainty text,
  add column effective_from date,
  add column effective_to date;
comment on column trigger_versions.certainty is 'of the basis: F found, S secondary, D draft, M from memory, P proposal';
comment on column trigger_versions.effective_from is 'in event time';
