-- Whose facts a transaction changed, so that servers can hold the experts in memory and read again only these. `tx` is the
-- transaction's number: a server reads what its last snapshot did not show, so none is passed over, however long a transaction took.
-- No expert: all of them. Rows are only added, so nobody waits for anybody; kept for two days.
CREATE TABLE expert_change (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx        bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    expert_id uuid,
    at        timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX expert_change_by_tx ON expert_change (tx);
CREATE INDEX expert_change_by_age ON expert_change (at);

-- Which expert is to consult which enterprise in the rounds: what the plans that were applied say, the latest for each. The
-- foreign key of `plan_id` comes with the tables of plans.
CREATE TABLE matching_assignment (
    enterprise_id uuid PRIMARY KEY,
    expert_id     uuid NOT NULL REFERENCES expert,
    plan_id       uuid NOT NULL,
    assigned_at   timestamptz NOT NULL
);
CREATE INDEX matching_assignment_by_expert ON matching_assignment (expert_id);
