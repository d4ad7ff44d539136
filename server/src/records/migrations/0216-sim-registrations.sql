-- One SIM belongs to one vehicle: looked up at every registration, among those in use.
create index cases_sim on cases ((folded -> 'data' ->> 'iccid')) where kind = 'sim-registration' and not ended;
