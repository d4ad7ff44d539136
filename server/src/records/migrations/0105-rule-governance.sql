-- Who stands for a rule, within what time it is answered, who may approve it, and the test cases that it must pass. A
-- publication carries what its draft said.

alter table rule_drafts
  add column tests text not null default '' constraint rule_drafts_tests_length check (length(tests) <= 100000),
  add column governance jsonb not null default '{}';
comment on column rule_drafts.tests is 'test cases beside the trigger, JSON as in NAME.tests.json; empty = none';
comment on column rule_drafts.governance is 'owner, deadlineHours, approvers (accounts)';
grant update (tests, governance) on rule_drafts to sandglass_app;

alter table rule_publications
  add column tests text not null default '',
  add column governance jsonb not null default '{}';
