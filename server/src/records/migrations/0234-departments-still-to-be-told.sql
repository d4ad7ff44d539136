-- A project that ended used to cancel the duty to tell the co-issuing departments of its suspension. It stands until they are told.
select set_config('sandglass.role', 'system:setup', true);
update case_obligations set ended_how = null, ended_at = null
where code = 'informCoAuthorities' and ended_how = 'cancelled'
  and exists (select 1 from cases c where c.id = case_id and c.kind = 'sandbox-project');
update cases c set
  folded = jsonb_set(c.folded, '{obligations}', (
    select jsonb_agg(
      case when each ->> 'code' = 'informCoAuthorities' and each -> 'ended' ->> 'how' = 'cancelled' then each - 'ended' else each end
      order by place)
    from jsonb_array_elements(c.folded -> 'obligations') with ordinality as duties (each, place))),
  due_at = (select min(o.due_at) from case_obligations o where o.case_id = c.id and o.ended_how is null)
where c.kind = 'sandbox-project'
  and c.folded -> 'obligations' @> '[{"code": "informCoAuthorities", "ended": {"how": "cancelled"}}]';
