-- The list of alarms: what people were told of at once, when it was raised, by whom it was seen, when it was over.

-- number is given by the station, counted up. code and about say what it is, vals what its sentence names (JSON), as it was
-- when it was raised. The oldest that are over are let go when there are too many.
create table alarm (
    number     integer primary key,
    code       text    not null,
    about      text    not null,
    severity   text    not null,
    vals       text    not null,
    raised_at  integer not null,
    again      integer not null,
    seen_at    integer,
    seen_by    text,
    cleared_at integer
) strict;

create index alarm_that_matters on alarm (number) where cleared_at is null or seen_at is null;

-- What is still to be sent out of it, on each way in the order of its making. It goes when it was taken, or was given up.
create table alarm_message (
    number   integer primary key autoincrement,
    id       text    not null unique,
    way      text    not null,
    alarm    integer not null,
    state    text    not null,
    body     text    not null,
    made_at  integer not null,
    tries    integer not null default 0
) strict;

create index alarm_message_way on alarm_message (way, number);
