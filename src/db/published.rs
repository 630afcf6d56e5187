//! The views of the schema `published` as diesel knows them: what domains let others read of their tables. Each is
//! defined in its owner's `functions.sql`. Generated from the database by the test `published_is_current` (set
//! `UPDATE_SCHEMA=1` to write it anew); not edited by hand.

use super::schema::{
    account as own_account,
    attachment as own_attachment,
    audit_entry as own_audit_entry,
    audit_head as own_audit_head,
    case_action as own_case_action,
    case_criterion,
    case_elsewhere,
    case_event as own_case_event,
    case_event_file,
    case_evidence,
    case_evidence_file,
    case_past as own_case_past,
    chat_message as own_chat_message,
    chat_read as own_chat_read,
    chat_stream as own_chat_stream,
    consultation as own_consultation,
    consultation_event as own_consultation_event,
    consultation_offer as own_consultation_offer,
    consultation_panel,
    consultation_participant as own_consultation_participant,
    consultation_rating_past as own_consultation_rating_past,
    deadline_notice,
    deadline_sweep,
    enterprise as own_enterprise,
    enterprise_figure,
    enterprise_past as own_enterprise_past,
    enterprise_registration,
    expert as own_expert,
    expert_change,
    expert_conflict as own_expert_conflict,
    expert_connection,
    expert_refusal as own_expert_refusal,
    expert_region as own_expert_region,
    expert_shift as own_expert_shift,
    expert_signed_report as own_expert_signed_report,
    expert_specialty as own_expert_specialty,
    figure_stale,
    idempotency_key,
    installation,
    login_session,
    matching_assignment,
    matching_plan,
    matching_plan_line,
    matching_plan_pairs,
    nonconformity as own_nonconformity,
    outbox_mail,
    past_day,
    product_class,
    product_hospital,
    product_kind,
    published_figure,
    quality_alert,
    quality_meeting,
    refresh_token,
    region,
    region_figure,
    region_scope,
    remediation_case as own_remediation_case,
    replaceable_schema,
    shared_event,
    zero_out_import as own_zero_out_import,
    zero_out_rejection,
};

diesel::table! {
    published.account (id) {
        id -> Uuid,
        username -> Text,
        role -> Text,
        name -> Text,
        email -> Nullable<Text>,
        language -> Text,
        region -> Nullable<Text>,
        enterprise_id -> Nullable<Uuid>,
        expert_id -> Nullable<Uuid>,
        active -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    published.action_deadline (case_id, clock) {
        case_id -> Uuid,
        nonconformity_id -> Uuid,
        enterprise_id -> Uuid,
        region -> Text,
        clock -> Text,
        description -> Text,
        due_on -> Date,
    }
}

diesel::table! {
    published.attachment (id) {
        id -> Uuid,
        owner_id -> Uuid,
        name -> Text,
        content_type -> Text,
        size -> Int8,
        sha256 -> Bytea,
        state -> Text,
        consultation_id -> Nullable<Uuid>,
        stream -> Nullable<Text>,
        case_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    published.audit_entry (id) {
        id -> Int8,
        at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        actor_role -> Text,
        action -> Text,
        subject_type -> Text,
        subject_id -> Nullable<Uuid>,
        region -> Nullable<Text>,
        request_id -> Nullable<Uuid>,
        data -> Jsonb,
        lane -> Nullable<Int4>,
        seq -> Nullable<Int8>,
        hash -> Nullable<Bytea>,
        seal -> Nullable<Bytea>,
    }
}

diesel::table! {
    published.audit_head (lane) {
        lane -> Int4,
        seq -> Int8,
        hash -> Bytea,
        seal -> Nullable<Bytea>,
    }
}

diesel::table! {
    published.case_action (id) {
        id -> Uuid,
        case_id -> Nullable<Uuid>,
        consultation_id -> Nullable<Uuid>,
        advised_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    published.case_deadline (case_id, clock) {
        case_id -> Uuid,
        nonconformity_id -> Uuid,
        enterprise_id -> Uuid,
        region -> Text,
        clock -> Text,
        due_on -> Date,
    }
}

diesel::table! {
    published.case_event (case_id, seq) {
        case_id -> Uuid,
        seq -> Int4,
        event -> Text,
        to_state -> Text,
        occurred_on -> Date,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    published.case_past (case_id, until) {
        case_id -> Uuid,
        until -> Timestamptz,
        state -> Text,
        rectify_by -> Nullable<Date>,
        reinspect_by -> Nullable<Date>,
        second_by -> Nullable<Date>,
        suspended_until -> Nullable<Date>,
        handled_in -> Nullable<Text>,
    }
}

diesel::table! {
    published.chat_message (consultation_id, stream, seq) {
        consultation_id -> Uuid,
        stream -> Text,
        seq -> Int8,
        sender_id -> Uuid,
        sent_at -> Timestamptz,
    }
}

diesel::table! {
    published.chat_read (consultation_id, stream, account_id) {
        consultation_id -> Uuid,
        stream -> Text,
        account_id -> Uuid,
        seq -> Int8,
    }
}

diesel::table! {
    published.chat_stream (consultation_id, stream) {
        consultation_id -> Uuid,
        stream -> Text,
        last_seq -> Int8,
    }
}

diesel::table! {
    published.consultation (id) {
        id -> Uuid,
        enterprise_id -> Uuid,
        nonconformity_id -> Nullable<Uuid>,
        product_kind -> Text,
        status -> Text,
        expert_id -> Nullable<Uuid>,
        concluded_at -> Nullable<Timestamptz>,
        rating -> Nullable<Int4>,
        rated_at -> Nullable<Timestamptz>,
        opened_by -> Uuid,
        opened_at -> Timestamptz,
        updated_at -> Timestamptz,
        on_site -> Bool,
        tried_since -> Nullable<Timestamptz>,
        answer_due_at -> Nullable<Timestamptz>,
        region -> Text,
    }
}

diesel::table! {
    published.consultation_event (consultation_id, seq) {
        consultation_id -> Uuid,
        seq -> Int4,
        event -> Text,
        to_status -> Text,
        at -> Timestamptz,
    }
}

diesel::table! {
    published.consultation_offer (consultation_id, ordinal) {
        consultation_id -> Uuid,
        ordinal -> Int4,
        expert_id -> Uuid,
        offered_at -> Timestamptz,
        answer -> Nullable<Text>,
        answered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    published.consultation_participant (consultation_id, account_id) {
        consultation_id -> Uuid,
        account_id -> Uuid,
        role -> Text,
        joined_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    published.consultation_rating_past (consultation_id, until) {
        consultation_id -> Uuid,
        until -> Timestamptz,
        rating -> Int4,
        rated_at -> Timestamptz,
    }
}

diesel::table! {
    published.enterprise (id) {
        id -> Uuid,
        uscc -> Text,
        name -> Text,
        operating_status -> Text,
        region -> Text,
        address -> Nullable<Text>,
        contact_name -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        contact_email -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    published.enterprise_past (enterprise_id, until) {
        enterprise_id -> Uuid,
        until -> Timestamptz,
        region -> Text,
        operating_status -> Text,
    }
}

diesel::table! {
    published.expert (id) {
        id -> Uuid,
        name -> Text,
        title -> Text,
        hospital -> Nullable<Text>,
        email -> Text,
        languages -> Array<Text>,
        capacity -> Int4,
        vetting -> Text,
        available -> Bool,
        last_assigned_at -> Nullable<Timestamptz>,
        employer -> Nullable<Text>,
        leave_from -> Nullable<Date>,
        leave_to -> Nullable<Date>,
        open_count -> Int4,
        reinspected -> Int4,
        passed_first -> Int4,
        rating_count -> Int4,
        rating_sum -> Int4,
    }
}

diesel::table! {
    published.expert_conflict (expert_id, uscc) {
        expert_id -> Uuid,
        uscc -> Text,
    }
}

diesel::table! {
    published.expert_refusal (enterprise_id, expert_id) {
        enterprise_id -> Uuid,
        expert_id -> Uuid,
        reason -> Text,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    published.expert_region (expert_id, region) {
        expert_id -> Uuid,
        region -> Text,
    }
}

diesel::table! {
    published.expert_shift (expert_id, ordinal) {
        expert_id -> Uuid,
        ordinal -> Int4,
        weekday -> Int4,
        starts -> Int4,
        ends -> Int4,
        holidays -> Bool,
    }
}

diesel::table! {
    published.expert_signed_report (expert_id, report_no) {
        expert_id -> Uuid,
        report_no -> Text,
    }
}

diesel::table! {
    published.expert_specialty (expert_id, ordinal) {
        expert_id -> Uuid,
        ordinal -> Int4,
        product_kind -> Nullable<Text>,
        product_class -> Nullable<Text>,
        level -> Int4,
        items -> Array<Text>,
    }
}

diesel::table! {
    published.nonconformity (id) {
        id -> Uuid,
        enterprise_id -> Uuid,
        product_kind -> Text,
        report_no -> Text,
        inspected_on -> Date,
        inspection_level -> Nullable<Text>,
        failed_items -> Array<Text>,
        order_issued_on -> Nullable<Date>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        laboratory -> Nullable<Text>,
        signed_by -> Nullable<Text>,
    }
}

diesel::table! {
    published.open_nonconformity (id) {
        id -> Uuid,
        enterprise_id -> Uuid,
        product_kind -> Text,
        report_no -> Text,
        inspected_on -> Date,
        failed_items -> Array<Text>,
        laboratory -> Nullable<Text>,
        signed_by -> Nullable<Text>,
        case_id -> Nullable<Uuid>,
        case_state -> Nullable<Text>,
        rectify_by -> Nullable<Date>,
        reinspect_by -> Nullable<Date>,
    }
}

diesel::table! {
    published.remediation_case (id) {
        id -> Uuid,
        nonconformity_id -> Uuid,
        enterprise_id -> Uuid,
        state -> Text,
        ordered_on -> Nullable<Date>,
        rectify_by -> Nullable<Date>,
        reinspect_by -> Nullable<Date>,
        cleared_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        second_by -> Nullable<Date>,
        suspended_until -> Nullable<Date>,
        handled_in -> Nullable<Text>,
        region -> Text,
    }
}

diesel::table! {
    published.zero_out_import (id) {
        id -> Uuid,
        region -> Nullable<Text>,
        dry_run -> Bool,
        state -> Text,
        enterprises -> Nullable<Array<Uuid>>,
    }
}

diesel::joinable!(account -> enterprise (enterprise_id));
diesel::joinable!(account -> expert (expert_id));
diesel::joinable!(account -> region (region));
diesel::joinable!(attachment -> account (owner_id));
diesel::joinable!(attachment -> consultation (consultation_id));
diesel::joinable!(attachment -> remediation_case (case_id));
diesel::joinable!(case_action -> consultation (consultation_id));
diesel::joinable!(own_case_action -> consultation (consultation_id));
diesel::joinable!(case_action -> expert (advised_by));
diesel::joinable!(own_case_action -> expert (advised_by));
diesel::joinable!(case_action -> remediation_case (case_id));
diesel::joinable!(case_criterion -> account (decided_by));
diesel::joinable!(case_event_file -> attachment (attachment_id));
diesel::joinable!(case_evidence -> account (submitted_by));
diesel::joinable!(case_evidence_file -> attachment (attachment_id));
diesel::joinable!(case_past -> remediation_case (case_id));
diesel::joinable!(chat_read -> account (account_id));
diesel::joinable!(own_chat_read -> account (account_id));
diesel::joinable!(chat_stream -> consultation (consultation_id));
diesel::joinable!(consultation -> account (opened_by));
diesel::joinable!(own_consultation -> account (opened_by));
diesel::joinable!(consultation -> enterprise (enterprise_id));
diesel::joinable!(own_consultation -> enterprise (enterprise_id));
diesel::joinable!(consultation -> expert (expert_id));
diesel::joinable!(own_consultation -> expert (expert_id));
diesel::joinable!(consultation -> nonconformity (nonconformity_id));
diesel::joinable!(own_consultation -> nonconformity (nonconformity_id));
diesel::joinable!(consultation -> product_kind (product_kind));
diesel::joinable!(consultation_event -> consultation (consultation_id));
diesel::joinable!(consultation_offer -> consultation (consultation_id));
diesel::joinable!(consultation_offer -> expert (expert_id));
diesel::joinable!(own_consultation_offer -> expert (expert_id));
diesel::joinable!(consultation_panel -> account (invited_by));
diesel::joinable!(consultation_panel -> expert (expert_id));
diesel::joinable!(consultation_participant -> account (account_id));
diesel::joinable!(own_consultation_participant -> account (account_id));
diesel::joinable!(consultation_participant -> consultation (consultation_id));
diesel::joinable!(consultation_rating_past -> consultation (consultation_id));
diesel::joinable!(enterprise_past -> enterprise (enterprise_id));
diesel::joinable!(expert -> product_hospital (hospital));
diesel::joinable!(own_expert_conflict -> account (recorded_by));
diesel::joinable!(expert_conflict -> expert (expert_id));
diesel::joinable!(expert_refusal -> account (created_by));
diesel::joinable!(own_expert_refusal -> account (created_by));
diesel::joinable!(expert_refusal -> expert (expert_id));
diesel::joinable!(expert_region -> expert (expert_id));
diesel::joinable!(expert_region -> region (region));
diesel::joinable!(expert_shift -> expert (expert_id));
diesel::joinable!(own_expert_signed_report -> account (recorded_by));
diesel::joinable!(expert_signed_report -> expert (expert_id));
diesel::joinable!(expert_specialty -> expert (expert_id));
diesel::joinable!(expert_specialty -> product_class (product_class));
diesel::joinable!(expert_specialty -> product_kind (product_kind));
diesel::joinable!(matching_assignment -> expert (expert_id));
diesel::joinable!(published_figure -> account (entered_by));
diesel::joinable!(quality_alert -> account (closed_by));
diesel::joinable!(quality_meeting -> account (recorded_by));
diesel::joinable!(own_zero_out_import -> account (requested_by));
diesel::joinable!(zero_out_import -> region (region));

appear_together!(
    account,
    action_deadline,
    attachment,
    audit_entry,
    audit_head,
    case_action,
    case_deadline,
    case_event,
    case_past,
    chat_message,
    chat_read,
    chat_stream,
    consultation,
    consultation_event,
    consultation_offer,
    consultation_participant,
    consultation_rating_past,
    enterprise,
    enterprise_past,
    expert,
    expert_conflict,
    expert_refusal,
    expert_region,
    expert_shift,
    expert_signed_report,
    expert_specialty,
    nonconformity,
    open_nonconformity,
    remediation_case,
    zero_out_import,
);

/// A table that may appear in a query with each of these views.
macro_rules! beside {
    ($table:ident: $($view:ident),+) => {
        $(appear_together!($table, $view);)+
    };
}
beside!(own_account: action_deadline, attachment, case_deadline, open_nonconformity);
beside!(own_attachment: action_deadline, case_deadline, open_nonconformity);
beside!(own_audit_entry: action_deadline, case_deadline, open_nonconformity);
beside!(own_audit_head: action_deadline, case_deadline, open_nonconformity);
beside!(own_case_action: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(case_criterion: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(case_elsewhere: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(own_case_event: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(case_event_file: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(case_evidence: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(case_evidence_file: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(own_case_past: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(own_chat_message: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(own_chat_read: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(own_chat_stream: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(own_consultation: account, action_deadline, attachment, case_deadline, chat_message, chat_read, chat_stream, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(own_consultation_event: account, action_deadline, attachment, case_deadline, chat_message, chat_read, chat_stream, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(own_consultation_offer: account, action_deadline, attachment, case_deadline, chat_message, chat_read, chat_stream, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(consultation_panel: account, action_deadline, attachment, case_deadline, chat_message, chat_read, chat_stream, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(own_consultation_participant: account, action_deadline, attachment, case_deadline, chat_message, chat_read, chat_stream, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(own_consultation_rating_past: account, action_deadline, attachment, case_deadline, chat_message, chat_read, chat_stream, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(deadline_notice: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(deadline_sweep: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(own_enterprise: account, action_deadline, attachment, case_deadline, open_nonconformity);
beside!(enterprise_figure: account, action_deadline, attachment, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(own_enterprise_past: account, action_deadline, attachment, case_deadline, open_nonconformity);
beside!(enterprise_registration: account, action_deadline, attachment, case_deadline, open_nonconformity);
beside!(own_expert: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, nonconformity, open_nonconformity);
beside!(expert_change: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(own_expert_conflict: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, nonconformity, open_nonconformity);
beside!(expert_connection: account, action_deadline, attachment, case_deadline, open_nonconformity);
beside!(own_expert_refusal: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, nonconformity, open_nonconformity);
beside!(own_expert_region: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, nonconformity, open_nonconformity);
beside!(own_expert_shift: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, nonconformity, open_nonconformity);
beside!(own_expert_signed_report: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, nonconformity, open_nonconformity);
beside!(own_expert_specialty: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, nonconformity, open_nonconformity);
beside!(figure_stale: account, action_deadline, attachment, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(idempotency_key: action_deadline, case_deadline, open_nonconformity);
beside!(installation: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(login_session: action_deadline, attachment, case_deadline, open_nonconformity);
beside!(matching_assignment: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(matching_plan: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(matching_plan_line: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(matching_plan_pairs: account, action_deadline, attachment, case_deadline, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity);
beside!(own_nonconformity: account, action_deadline, attachment, case_deadline, open_nonconformity);
beside!(outbox_mail: action_deadline, case_deadline, open_nonconformity);
beside!(past_day: account, action_deadline, attachment, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(product_class: account, action_deadline, attachment, audit_entry, audit_head, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(product_hospital: account, action_deadline, attachment, audit_entry, audit_head, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(product_kind: account, action_deadline, attachment, audit_entry, audit_head, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(published_figure: account, action_deadline, attachment, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(quality_alert: account, action_deadline, attachment, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(quality_meeting: account, action_deadline, attachment, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(refresh_token: action_deadline, attachment, case_deadline, open_nonconformity);
beside!(region: account, action_deadline, attachment, audit_entry, audit_head, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(region_figure: account, action_deadline, attachment, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(region_scope: account, action_deadline, attachment, audit_entry, audit_head, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case, zero_out_import);
beside!(own_remediation_case: account, attachment, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity);
beside!(replaceable_schema: action_deadline, case_deadline, open_nonconformity);
beside!(shared_event: action_deadline, case_deadline, open_nonconformity);
beside!(own_zero_out_import: account, action_deadline, attachment, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case);
beside!(zero_out_rejection: account, action_deadline, attachment, case_action, case_deadline, case_event, case_past, chat_message, chat_read, chat_stream, consultation, consultation_event, consultation_offer, consultation_participant, consultation_rating_past, enterprise, enterprise_past, expert, expert_conflict, expert_refusal, expert_region, expert_shift, expert_signed_report, expert_specialty, nonconformity, open_nonconformity, remediation_case);
