ALTER TABLE account DROP CONSTRAINT account_expert_id_fkey;
DROP TABLE expert_suspension, expert_specialty_change, expert_application, expert_shift, expert_refusal,
    expert_signed_report, expert_conflict, expert_region, expert_specialty, expert;
