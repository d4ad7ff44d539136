-- The hour in which departments are told of a suspension, and a demanded one is confirmed, stood as found in the rule. The rule names no
-- time: the hour is a proposal, also of duties that were opened before.
select set_config('sandglass.role', 'system:setup', true);
update case_obligations set certainty = 'P'
where code in ('informCoAuthorities', 'confirmSuspension') and certainty <> 'P'
  and exists (select 1 from cases c where c.id = case_id and c.kind = 'sandbox-project');
update cases c set folded = jsonb_set(c.folded, '{obligations}', (
  select jsonb_agg(
    case when each ->> 'code' in ('informCoAuthorities', 'confirmSuspension') then each || '{"certainty": "P"}' else each end
    order by place)
  from jsonb_array_elements(c.folded -> 'obligations') with ordinality as duties (each, place)))
where c.kind = 'sandbox-project'
  and (c.folded -> 'obligations' @> '[{"code": "informCoAuthorities"}]' or c.folded -> 'obligations' @> '[{"code": "confirmSuspension"}]');
