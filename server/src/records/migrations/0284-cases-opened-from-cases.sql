-- The page of a case lists what was opened from it: the recall of a filing, of an accident. Items of hazard orders are rules.
create index cases_by_item on cases (item) where item is not null;
