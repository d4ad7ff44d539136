-- A project's own triggers are rehearsed over past data by whoever has a part in the project, also where the matrix gives them no
-- part in the rulebook: an AI service's provider, and the authority of its programme.
alter table backtests add column project text;
comment on column backtests.project is 'project whose plan is rehearsed; null of a backtest of the rulebook';
drop policy backtests_read on backtests;
create policy backtests_read on backtests for select using (
  rules_read_all()
  or (rules_propose() and organisation = actor_organisation())
  or (project is not null and organisation = actor_organisation() and exists (select 1 from cases c where c.id = backtests.project))
);
drop policy backtests_request on backtests;
create policy backtests_request on backtests for insert with check (
  requested_by = actor_id() and requested_role = actor_role() and organisation = actor_organisation() and state = 'queued'
  and (rules_propose() or exists (select 1 from cases c where c.id = backtests.project and c.kind = 'sandbox-project'))
);
