-- Counts read the index alone, so it holds the kind too.
drop index case_index_list;
create index case_index_list on case_index (scope, opened_at desc, case_id desc) include (kind, state, ended, due_at, level, project);

-- The board stops at a page: a duty's case is looked up one by one (`offset 0`), not all cases beforehand. Who sees every case of
-- every kind sees every duty.
create function actor_sees_every_case() returns boolean language sql stable parallel safe
  return actor_is_system() or (
    exists (select 1 from case_access where role = actor_role())
    and not exists (select 1 from case_access where kind <> all (actor_case_kinds('all')))
  );
alter policy case_obligations_read on case_obligations using (
  (select actor_sees_every_case()) or exists (select 1 from cases where cases.id = case_obligations.case_id offset 0)
);
