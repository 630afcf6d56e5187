-- What matching knows of experts. `open_count` is how many consultations are offered to or held by
-- the expert, seats in panels included: kept by the triggers below, never counted, and never above
-- the capacity whatever a command forgets.
ALTER TABLE expert
    ADD COLUMN employer     text,
    ADD COLUMN leave_from   date,
    ADD COLUMN leave_to     date,
    ADD COLUMN open_count   integer NOT NULL DEFAULT 0,
    ADD COLUMN reinspected  integer NOT NULL DEFAULT 0,
    ADD COLUMN passed_first integer NOT NULL DEFAULT 0,
    ADD COLUMN rating_count integer NOT NULL DEFAULT 0,
    ADD COLUMN rating_sum   integer NOT NULL DEFAULT 0;
UPDATE expert e SET
    open_count = (SELECT count(*) FROM consultation c WHERE c.expert_id = e.id AND c.status IN ('offered', 'active')),
    rating_count = (SELECT count(c.rating) FROM consultation c WHERE c.expert_id = e.id),
    rating_sum = (SELECT coalesce(sum(c.rating), 0) FROM consultation c WHERE c.expert_id = e.id);
ALTER TABLE expert
    ADD CONSTRAINT expert_leave CHECK ((leave_from IS NULL) = (leave_to IS NULL) AND leave_from <= leave_to),
    ADD CONSTRAINT expert_within_capacity CHECK (open_count BETWEEN 0 AND capacity),
    ADD CONSTRAINT expert_outcomes CHECK (passed_first BETWEEN 0 AND reinspected AND rating_sum >= rating_count);
CREATE INDEX expert_by_hospital ON expert (hospital, id) WHERE hospital IS NOT NULL;
-- Who serves a city: its code's first four digits. The region is there so that the index alone answers.
CREATE INDEX expert_region_by_city ON expert_region (left(region, 4), expert_id) INCLUDE (region);
CREATE INDEX expert_by_employer ON expert (employer) WHERE employer IS NOT NULL;

-- Who said so, where an admin did: what an admin records, the expert does not take back.
ALTER TABLE expert_conflict
    ADD COLUMN note        text,
    ADD COLUMN recorded_by uuid REFERENCES account,
    ADD COLUMN recorded_at timestamptz;
CREATE INDEX expert_conflict_by_uscc ON expert_conflict (uscc);

-- Failed reports that an expert signed.
CREATE TABLE expert_signed_report (
    expert_id   uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    report_no   text NOT NULL,
    recorded_by uuid REFERENCES account,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (expert_id, report_no)
);

-- Experts whom an enterprise does not want.
CREATE TABLE expert_refusal (
    enterprise_id uuid NOT NULL,
    expert_id     uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    reason        text NOT NULL,
    created_by    uuid NOT NULL REFERENCES account,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (enterprise_id, expert_id)
);
CREATE INDEX expert_refusal_by_expert ON expert_refusal (expert_id);

-- The duty rota: a shift of an expert that begins on a weekday (1 Monday to 7 Sunday), in minutes of
-- the day in Asia/Shanghai. One that ends at or before its beginning ends on the next day.
CREATE TABLE expert_shift (
    expert_id uuid NOT NULL REFERENCES expert ON DELETE CASCADE,
    ordinal   integer NOT NULL,
    weekday   integer NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    starts    integer NOT NULL CHECK (starts BETWEEN 0 AND 1439),
    ends      integer NOT NULL CHECK (ends BETWEEN 0 AND 1439),
    holidays  boolean NOT NULL,
    PRIMARY KEY (expert_id, ordinal)
);

-- The laboratory that made the failed report, and who signed it.
ALTER TABLE nonconformity
    ADD COLUMN laboratory text,
    ADD COLUMN signed_by  text;

ALTER TABLE consultation
    ADD COLUMN on_site            boolean NOT NULL DEFAULT false,
    -- How far the search for an expert was widened, and since when it goes on.
    ADD COLUMN search_step        text NOT NULL DEFAULT 'exact'
        CHECK (search_step IN ('exact', 'class', 'province', 'queue')),
    ADD COLUMN search_since       timestamptz,
    ADD COLUMN searched_at        timestamptz,
    -- Offers from before do not count as tried: set by reopening.
    ADD COLUMN tried_since        timestamptz,
    ADD COLUMN alarmed_at         timestamptz,
    -- Not to be taken from its expert by the platform.
    ADD COLUMN pinned             boolean NOT NULL DEFAULT false,
    -- When the first answer of the expert who holds it is due; none once it is there.
    ADD COLUMN answer_due_at      timestamptz,
    -- When the enterprise was told to expect an answer, where no one is on duty.
    ADD COLUMN answer_expected_at timestamptz,
    ADD COLUMN reopened           integer NOT NULL DEFAULT 0;
CREATE INDEX consultation_answer_due ON consultation (answer_due_at) WHERE answer_due_at IS NOT NULL;

-- Until when opening and typing may hold the offer at most.
ALTER TABLE consultation_offer ADD COLUMN holds_until timestamptz;

-- A panel: experts beside the one who leads, each with an opinion. A seat counts as one consultation.
CREATE TABLE consultation_panel (
    consultation_id uuid NOT NULL REFERENCES consultation,
    expert_id       uuid NOT NULL REFERENCES expert,
    invited_by      uuid REFERENCES account,
    invited_at      timestamptz NOT NULL,
    seated          boolean NOT NULL,
    opinion         text,
    opinion_at      timestamptz,
    revision        integer NOT NULL DEFAULT 0,
    PRIMARY KEY (consultation_id, expert_id),
    CHECK ((opinion IS NULL) = (opinion_at IS NULL))
);
CREATE INDEX consultation_panel_by_expert ON consultation_panel (expert_id) WHERE seated;

CREATE FUNCTION expert_counts_consultations() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was uuid := CASE WHEN TG_OP <> 'INSERT' AND OLD.status IN ('offered', 'active') THEN OLD.expert_id END;
    is_now uuid := CASE WHEN TG_OP <> 'DELETE' AND NEW.status IN ('offered', 'active') THEN NEW.expert_id END;
BEGIN
    IF was IS DISTINCT FROM is_now THEN
        UPDATE expert SET open_count = open_count - 1 WHERE id = was;
        UPDATE expert SET open_count = open_count + 1 WHERE id = is_now;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_counts AFTER INSERT OR DELETE OR UPDATE OF status, expert_id ON consultation
    FOR EACH ROW EXECUTE FUNCTION expert_counts_consultations();

CREATE FUNCTION expert_counts_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was uuid := CASE WHEN TG_OP <> 'INSERT' AND OLD.seated THEN OLD.expert_id END;
    is_now uuid := CASE WHEN TG_OP <> 'DELETE' AND NEW.seated THEN NEW.expert_id END;
BEGIN
    IF was IS DISTINCT FROM is_now THEN
        UPDATE expert SET open_count = open_count - 1 WHERE id = was;
        UPDATE expert SET open_count = open_count + 1 WHERE id = is_now;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_panel_counts AFTER INSERT OR DELETE OR UPDATE OF seated ON consultation_panel
    FOR EACH ROW EXECUTE FUNCTION expert_counts_seats();

-- The first re-inspection of a case speaks for or against the experts who consulted on it.
CREATE FUNCTION expert_learns_outcomes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE expert x SET reinspected = x.reinspected + t.reinspected, passed_first = x.passed_first + t.passed
    FROM (
        SELECT c.expert_id, count(DISTINCT w.case_id) AS reinspected,
               count(DISTINCT w.case_id) FILTER (WHERE w.event = 'pass_reinspection') AS passed
        FROM written w
        JOIN remediation_case r ON r.id = w.case_id
        JOIN consultation c ON c.nonconformity_id = r.nonconformity_id AND c.status IN ('active', 'concluded')
        WHERE w.event IN ('pass_reinspection', 'fail_reinspection')
          AND NOT EXISTS (SELECT FROM case_event o WHERE o.case_id = w.case_id AND o.seq < w.seq
                          AND o.event IN ('pass_reinspection', 'fail_reinspection'))
        GROUP BY c.expert_id
    ) t
    WHERE x.id = t.expert_id;
    RETURN NULL;
END $$;
CREATE TRIGGER case_event_teaches AFTER INSERT ON case_event
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION expert_learns_outcomes();
CREATE INDEX consultation_by_nonconformity ON consultation (nonconformity_id) WHERE nonconformity_id IS NOT NULL;
UPDATE expert x SET reinspected = t.reinspected, passed_first = t.passed
FROM (
    SELECT c.expert_id, count(DISTINCT w.case_id) AS reinspected,
           count(DISTINCT w.case_id) FILTER (WHERE w.event = 'pass_reinspection') AS passed
    FROM case_event w
    JOIN remediation_case r ON r.id = w.case_id
    JOIN consultation c ON c.nonconformity_id = r.nonconformity_id AND c.status IN ('active', 'concluded')
    WHERE w.event IN ('pass_reinspection', 'fail_reinspection')
      AND NOT EXISTS (SELECT FROM case_event o WHERE o.case_id = w.case_id AND o.seq < w.seq
                      AND o.event IN ('pass_reinspection', 'fail_reinspection'))
    GROUP BY c.expert_id
) t
WHERE x.id = t.expert_id;
