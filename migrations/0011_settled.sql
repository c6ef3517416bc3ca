-- Recorded sessions of relays that became a draft by themselves, or were refused. A row outlives its clip: what was deleted does not
-- come again.
create table settled (
    airing blob    primary key,
    -- null if the library did not take it
    clip   integer,
    at     integer not null
) strict, without rowid;
