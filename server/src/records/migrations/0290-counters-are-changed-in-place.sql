-- Counters of a day are written again every few seconds while a fleet sends. With room on its page a row's new version needs no
-- new entries in the two indexes, and takes the place of an old one: half the time, and a tenth of the table.
alter table quality_vehicle_days set (fillfactor = 50);
alter table quality_platform_days set (fillfactor = 50);
