DROP TRIGGER case_event_teaches ON case_event;
DROP FUNCTION expert_learns_outcomes();
DROP INDEX consultation_by_nonconformity;
DROP TRIGGER consultation_counts ON consultation;
DROP FUNCTION expert_counts_consultations();
DROP TABLE consultation_panel;
DROP FUNCTION expert_counts_seats();
ALTER TABLE consultation
    DROP COLUMN on_site,
    DROP COLUMN search_step,
    DROP COLUMN search_since,
    DROP COLUMN searched_at,
    DROP COLUMN tried_since,
    DROP COLUMN alarmed_at,
    DROP COLUMN pinned,
    DROP COLUMN answer_due_at,
    DROP COLUMN answer_expected_at,
    DROP COLUMN reopened;
ALTER TABLE consultation_offer DROP COLUMN holds_until;
ALTER TABLE nonconformity DROP COLUMN laboratory, DROP COLUMN signed_by;
DROP TABLE expert_shift;
DROP TABLE expert_refusal;
DROP TABLE expert_signed_report;
DROP INDEX expert_conflict_by_uscc;
ALTER TABLE expert_conflict DROP COLUMN note, DROP COLUMN recorded_by, DROP COLUMN recorded_at;
DROP INDEX expert_by_employer;
DROP INDEX expert_region_by_city;
DROP INDEX expert_by_hospital;
ALTER TABLE expert
    DROP CONSTRAINT expert_leave,
    DROP CONSTRAINT expert_within_capacity,
    DROP CONSTRAINT expert_outcomes,
    DROP COLUMN employer,
    DROP COLUMN leave_from,
    DROP COLUMN leave_to,
    DROP COLUMN open_count,
    DROP COLUMN reinspected,
    DROP COLUMN passed_first,
    DROP COLUMN rating_count,
    DROP COLUMN rating_sum;
