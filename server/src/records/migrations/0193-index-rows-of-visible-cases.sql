-- Of cases that an actor sees in part, those of one party or vehicle are read by that scope too: any row of the narrow tables shows if
-- its case does. Only rows of scopes that are not the actor's own ask for it, one by one (`offset 0`); the triggers that write them never.
drop policy case_index_see on case_index;
alter policy case_index_read on case_index using (
  (select pg_trigger_depth()) > 0
  or (select actor_sees_every_case())
  or scope = any ((select actor_case_scopes())::text[])
  or kind = any ((select actor_case_kinds('all'))::text[])
  or exists (select 1 from cases where cases.id = case_index.case_id offset 0)
);
drop policy duty_index_see on duty_index;
alter policy duty_index_read on duty_index using (
  (select pg_trigger_depth()) > 0
  or (select actor_sees_every_case())
  or scope = any ((select actor_case_scopes())::text[])
  or split_part(scope, ' ', 1) = any ((select actor_case_kinds('all'))::text[])
  or exists (select 1 from cases where cases.id = duty_index.case_id offset 0)
);
