//! The tables as diesel knows them. Generated from the database by the test `schema_is_current`
//! (set `UPDATE_SCHEMA=1` to write it anew); not edited by hand.

diesel::table! {
    account (id) {
        id -> Uuid,
        username -> Text,
        password_hash -> Text,
        role -> Text,
        name -> Text,
        email -> Nullable<Text>,
        language -> Text,
        region -> Nullable<Text>,
        enterprise_id -> Nullable<Uuid>,
        expert_id -> Nullable<Uuid>,
        active -> Bool,
        created_at -> Timestamptz,
        phone -> Nullable<Text>,
        mails_off -> Array<Text>,
        deactivated_at -> Nullable<Timestamptz>,
        deactivated_by -> Nullable<Uuid>,
        deactivation_reason -> Nullable<Text>,
        invited_by -> Nullable<Uuid>,
        search_text -> Text,
        search_readings -> Text,
        erased_at -> Nullable<Timestamptz>,
        laboratory_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    account_connection (account_id, server) {
        account_id -> Uuid,
        server -> Int8,
        state -> Nullable<Text>,
        said_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    account_identity (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        account_id -> Uuid,
        linked_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    account_invitation (id) {
        id -> Uuid,
        role -> Text,
        name -> Text,
        email -> Text,
        language -> Text,
        region -> Nullable<Text>,
        enterprise_id -> Nullable<Uuid>,
        title -> Nullable<Text>,
        invited_by -> Nullable<Uuid>,
        state -> Text,
        sent_at -> Timestamptz,
        sent_count -> Int4,
        expires_at -> Timestamptz,
        account_id -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        mail_id -> Nullable<Uuid>,
        laboratory_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    account_totp (account_id) {
        account_id -> Uuid,
        secret -> Nullable<Bytea>,
        secret_kid -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamptz>,
        last_step -> Nullable<Int8>,
        pending -> Nullable<Bytea>,
        pending_kid -> Nullable<Text>,
        pending_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    api_key (id) {
        id -> Uuid,
        account_id -> Uuid,
        name -> Text,
        hint -> Text,
        hash -> Bytea,
        scopes -> Array<Text>,
        region -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        revoked_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    assessment (id) {
        id -> Uuid,
        product_kind -> Text,
        region -> Text,
        hazard -> Text,
        state -> Text,
        scenarios -> Jsonb,
        method -> Text,
        units -> Nullable<Int8>,
        urgency -> Text,
        social_impact -> Text,
        summary -> Text,
        rules_version -> Text,
        severity -> Int4,
        probability -> Text,
        table_level -> Text,
        units_level -> Text,
        level -> Text,
        author_id -> Uuid,
        validator_id -> Nullable<Uuid>,
        reason -> Nullable<Text>,
        supersedes_id -> Nullable<Uuid>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        submitted_at -> Nullable<Timestamptz>,
        validated_at -> Nullable<Timestamptz>,
        superseded_at -> Nullable<Timestamptz>,
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    assessment_event (assessment_id, ordinal) {
        assessment_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        at -> Timestamptz,
        account_id -> Uuid,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    assessment_evidence (assessment_id, place) {
        assessment_id -> Uuid,
        place -> Int4,
        kind -> Text,
        signal_id -> Nullable<Uuid>,
        inspection_id -> Nullable<Uuid>,
        attachment_id -> Nullable<Uuid>,
        known_at -> Timestamptz,
    }
}

diesel::table! {
    attachment (id) {
        id -> Uuid,
        owner_id -> Nullable<Uuid>,
        name -> Text,
        content_type -> Text,
        size -> Int8,
        sha256 -> Bytea,
        state -> Text,
        consultation_id -> Nullable<Uuid>,
        stream -> Nullable<Text>,
        case_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        scan -> Text,
        scan_found -> Nullable<Text>,
        scan_tried_at -> Nullable<Timestamptz>,
        quarantined_at -> Nullable<Timestamptz>,
        application_id -> Nullable<Uuid>,
        used_for -> Nullable<Uuid>,
        recording_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    attachment_upload (id) {
        id -> Uuid,
        owner_id -> Uuid,
        name -> Text,
        size -> Int8,
        received -> Int8,
        attachment_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    attachment_upload_part (upload_id, start) {
        upload_id -> Uuid,
        start -> Int8,
        size -> Int8,
        object_id -> Uuid,
    }
}

diesel::table! {
    audit_entry (id) {
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
    audit_head (lane) {
        lane -> Int4,
        seq -> Int8,
        hash -> Bytea,
        seal -> Nullable<Bytea>,
    }
}

diesel::table! {
    bulletin (id) {
        id -> Uuid,
        number -> Nullable<Text>,
        title -> Text,
        region -> Text,
        programme_id -> Nullable<Uuid>,
        place_region -> Text,
        method -> Text,
        period_from -> Date,
        period_until -> Date,
        state -> Text,
        created_by -> Uuid,
        created_at -> Timestamptz,
        submitted_by -> Nullable<Uuid>,
        submitted_at -> Nullable<Timestamptz>,
        published_by -> Nullable<Uuid>,
        published_at -> Nullable<Timestamptz>,
        published_on -> Nullable<Date>,
        updated_at -> Timestamptz,
        search_text -> Text,
    }
}

diesel::table! {
    bulletin_event (bulletin_id, ordinal) {
        bulletin_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        account_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    bulletin_item (id) {
        id -> Uuid,
        bulletin_id -> Uuid,
        ordinal -> Int4,
        inspection_id -> Uuid,
        product_kind -> Nullable<Text>,
        product_name -> Text,
        trademark -> Nullable<Text>,
        model -> Nullable<Text>,
        batch -> Nullable<Text>,
        operator_name -> Text,
        producer_name -> Nullable<Text>,
        place_region -> Text,
        level -> Text,
        sampled_on -> Nullable<Date>,
        laboratory -> Nullable<Text>,
        outcome -> Text,
        failed_items -> Jsonb,
        mark -> Nullable<Text>,
        marked_on -> Nullable<Date>,
        search_text -> Text,
        search_readings -> Text,
    }
}

diesel::table! {
    calendar_feed (id) {
        id -> Uuid,
        account_id -> Uuid,
        token_hash -> Bytea,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    campaign (programme_id) {
        programme_id -> Uuid,
        theme -> Text,
        rules_version -> Text,
        radius_m -> Nullable<Int4>,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    campaign_check (id) {
        id -> Uuid,
        subject_id -> Uuid,
        checked_on -> Date,
        outcome -> Text,
        inspection_id -> Nullable<Uuid>,
        off_shelf -> Int4,
        note -> Nullable<Text>,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
        annulled_at -> Nullable<Timestamptz>,
        annulled_by -> Nullable<Uuid>,
        annulled_reason -> Nullable<Text>,
    }
}

diesel::table! {
    campaign_import (id) {
        id -> Uuid,
        requested_by -> Nullable<Uuid>,
        region -> Text,
        file_name -> Text,
        file -> Nullable<Bytea>,
        sha256 -> Bytea,
        dry_run -> Bool,
        defaults -> Jsonb,
        programme_id -> Uuid,
        state -> Text,
        attempts -> Int4,
        total -> Nullable<Int4>,
        processed -> Int4,
        rows -> Int4,
        inserted -> Int4,
        updated -> Int4,
        unchanged -> Int4,
        rejected -> Int4,
        not_records -> Int4,
        header -> Nullable<Jsonb>,
        warnings -> Nullable<Jsonb>,
        problem -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        file_until -> Nullable<Timestamptz>,
        check_id -> Nullable<Uuid>,
        withdrawal -> Nullable<Jsonb>,
    }
}

diesel::table! {
    campaign_import_rejection (import_id, row_no, ordinal) {
        import_id -> Uuid,
        row_no -> Int4,
        ordinal -> Int4,
        field -> Text,
        value -> Text,
        code -> Text,
        reason_zh -> Text,
        reason_en -> Text,
        cells -> Nullable<Jsonb>,
        marks -> Nullable<Text>,
    }
}

diesel::table! {
    campaign_import_row (import_id, row_no) {
        import_id -> Uuid,
        row_no -> Int4,
        subject_id -> Uuid,
        outcome -> Text,
    }
}

diesel::table! {
    campaign_school (id) {
        id -> Uuid,
        programme_id -> Uuid,
        name -> Text,
        region -> Text,
        latitude -> Float8,
        longitude -> Float8,
        told_on -> Nullable<Date>,
        told_at -> Nullable<Timestamptz>,
        told_by -> Nullable<Uuid>,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
        removed_reason -> Nullable<Text>,
    }
}

diesel::table! {
    campaign_subject (id) {
        id -> Uuid,
        programme_id -> Uuid,
        enterprise_id -> Nullable<Uuid>,
        name -> Text,
        uscc -> Nullable<Text>,
        region -> Text,
        address -> Nullable<Text>,
        product -> Nullable<Text>,
        latitude -> Nullable<Float8>,
        longitude -> Nullable<Float8>,
        school_id -> Nullable<Uuid>,
        distance_m -> Nullable<Int4>,
        double_of -> Nullable<Uuid>,
        double_ground -> Nullable<Text>,
        double_decided -> Nullable<Text>,
        double_decided_at -> Nullable<Timestamptz>,
        removed_at -> Nullable<Timestamptz>,
        removed_reason -> Nullable<Text>,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
        search_text -> Text,
        search_readings -> Text,
    }
}

diesel::table! {
    canned_reply (id) {
        id -> Uuid,
        scope -> Text,
        account_id -> Nullable<Uuid>,
        hospital -> Nullable<Text>,
        title -> Text,
        body -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    case_action (id) {
        id -> Uuid,
        case_id -> Nullable<Uuid>,
        consultation_id -> Nullable<Uuid>,
        message_seq -> Nullable<Int8>,
        kind -> Text,
        description -> Text,
        due_on -> Nullable<Date>,
        advised_by -> Nullable<Uuid>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        state -> Text,
        owner -> Nullable<Text>,
        reason -> Nullable<Text>,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        done_on -> Nullable<Date>,
        standard -> Nullable<Text>,
        clause -> Nullable<Text>,
    }
}

diesel::table! {
    case_advice (consultation_id, message_seq) {
        consultation_id -> Uuid,
        message_seq -> Int8,
        summary -> Nullable<Text>,
        cause -> Nullable<Text>,
        given_at -> Timestamptz,
    }
}

diesel::table! {
    case_criterion (case_id, key) {
        case_id -> Uuid,
        key -> Text,
        met -> Bool,
        evidence_id -> Nullable<Uuid>,
        note -> Nullable<Text>,
        decided_by -> Uuid,
        decided_at -> Timestamptz,
    }
}

diesel::table! {
    case_elsewhere (region, case_id) {
        region -> Text,
        case_id -> Uuid,
    }
}

diesel::table! {
    case_event (case_id, seq) {
        case_id -> Uuid,
        seq -> Int4,
        event -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        actor_id -> Nullable<Uuid>,
        actor_role -> Text,
        occurred_on -> Date,
        note -> Nullable<Text>,
        recorded_at -> Timestamptz,
        actor_region -> Nullable<Text>,
        document -> Nullable<Text>,
        details -> Jsonb,
        corrects -> Nullable<Int4>,
        late -> Bool,
    }
}

diesel::table! {
    case_event_file (case_id, seq, ordinal) {
        case_id -> Uuid,
        seq -> Int4,
        ordinal -> Int4,
        attachment_id -> Uuid,
    }
}

diesel::table! {
    case_evidence (id) {
        id -> Uuid,
        case_id -> Uuid,
        action_id -> Nullable<Uuid>,
        description -> Text,
        submitted_by -> Uuid,
        submitted_at -> Timestamptz,
        criterion -> Nullable<Text>,
    }
}

diesel::table! {
    case_evidence_file (evidence_id, ordinal) {
        evidence_id -> Uuid,
        ordinal -> Int4,
        attachment_id -> Uuid,
    }
}

diesel::table! {
    case_past (case_id, until) {
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
    chat_erased (consultation_id, stream) {
        consultation_id -> Uuid,
        stream -> Text,
        seq -> Int8,
        erased_at -> Timestamptz,
    }
}

diesel::table! {
    chat_message (consultation_id, stream, seq) {
        consultation_id -> Uuid,
        stream -> Text,
        seq -> Int8,
        sender_id -> Uuid,
        client_id -> Uuid,
        kind -> Text,
        body -> Text,
        attachments -> Array<Uuid>,
        sent_at -> Timestamptz,
        reply_to -> Nullable<Int8>,
    }
}

diesel::table! {
    chat_read (consultation_id, stream, account_id) {
        consultation_id -> Uuid,
        stream -> Text,
        account_id -> Uuid,
        seq -> Int8,
        read_at -> Timestamptz,
    }
}

diesel::table! {
    chat_retraction (consultation_id, stream, seq) {
        consultation_id -> Uuid,
        stream -> Text,
        seq -> Int8,
        retracted_at -> Timestamptz,
    }
}

diesel::table! {
    chat_stream (consultation_id, stream) {
        consultation_id -> Uuid,
        stream -> Text,
        last_seq -> Int8,
        audience -> Int8,
        writers -> Array<Uuid>,
    }
}

diesel::table! {
    chat_volume (day, account_id) {
        day -> Date,
        account_id -> Uuid,
        messages -> Int8,
        bytes -> Int8,
    }
}

diesel::table! {
    circuit_member (id) {
        id -> Uuid,
        programme_id -> Uuid,
        enterprise_id -> Uuid,
        region -> Text,
        expert_id -> Nullable<Uuid>,
        plan_id -> Nullable<Uuid>,
        round_id -> Nullable<Uuid>,
        state -> Text,
        end_reason -> Nullable<Text>,
        stage -> Text,
        stage_at -> Timestamptz,
        reached_at -> Nullable<Timestamptz>,
        visited_at -> Nullable<Timestamptz>,
        cleared_at -> Nullable<Timestamptz>,
        kept_at -> Timestamptz,
        added_by -> Uuid,
        added_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    circuit_member_event (member_id, ordinal) {
        member_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        account_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    circuit_note (id) {
        id -> Int8,
        enterprise_id -> Uuid,
    }
}

diesel::table! {
    circuit_point (enterprise_id) {
        enterprise_id -> Uuid,
        latitude -> Float8,
        longitude -> Float8,
        source -> Text,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
    }
}

diesel::table! {
    circuit_round (id) {
        id -> Uuid,
        programme_id -> Uuid,
        no -> Int4,
        region -> Text,
        starts_on -> Date,
        ends_on -> Date,
        per_day -> Int4,
        note -> Nullable<Text>,
        state -> Text,
        routed_at -> Nullable<Timestamptz>,
        route_metres -> Nullable<Int8>,
        nearest_metres -> Nullable<Int8>,
        route_visits -> Nullable<Int4>,
        route_unplaced -> Nullable<Int4>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    circuit_round_event (round_id, ordinal) {
        round_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        account_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    circuit_stop (id) {
        id -> Uuid,
        round_id -> Uuid,
        member_id -> Uuid,
        expert_id -> Uuid,
        on_day -> Date,
        ordinal -> Int4,
        metres -> Int4,
    }
}

diesel::table! {
    commitment (id) {
        id -> Uuid,
        number -> Text,
        enterprise_id -> Uuid,
        region -> Text,
        programme_id -> Nullable<Uuid>,
        topic -> Text,
        state -> Text,
        matter -> Text,
        product_kind -> Nullable<Text>,
        case_id -> Nullable<Uuid>,
        text_version -> Nullable<Text>,
        text -> Nullable<Text>,
        text_sha256 -> Nullable<Text>,
        told_at -> Nullable<Timestamptz>,
        signer_name -> Nullable<Text>,
        signer_post -> Nullable<Text>,
        signed_by -> Nullable<Uuid>,
        signed_on -> Nullable<Date>,
        due_on -> Nullable<Date>,
        overdue -> Bool,
        settled_on -> Nullable<Date>,
        settled_by -> Nullable<Uuid>,
        settled_reason -> Nullable<Text>,
        conduct_id -> Nullable<Uuid>,
        conduct_note -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        search_text -> Text,
        search_readings -> Text,
    }
}

diesel::table! {
    commitment_promise (id) {
        id -> Uuid,
        commitment_id -> Uuid,
        ordinal -> Int4,
        text -> Text,
        due_on -> Date,
        counts_until -> Date,
        action_id -> Nullable<Uuid>,
        reported_on -> Nullable<Date>,
        report -> Nullable<Text>,
        reported_at -> Nullable<Timestamptz>,
        reminded_at -> Nullable<Timestamptz>,
        overdue_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    commitment_text (version) {
        version -> Text,
        text -> Text,
        in_force_from -> Date,
        source -> Text,
        provisional -> Bool,
        enacted_by -> Uuid,
        enacted_at -> Timestamptz,
        withdrawn_by -> Nullable<Uuid>,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_reason -> Nullable<Text>,
    }
}

diesel::table! {
    conduct (id) {
        id -> Uuid,
        fact_id -> Uuid,
        enterprise_id -> Uuid,
        role -> Text,
        line_id -> Nullable<Uuid>,
        behaviour -> Text,
        intent -> Text,
        happened_on -> Date,
        decided_on -> Date,
        document_no -> Nullable<Text>,
        document_key -> Nullable<Text>,
        authority -> Text,
        authority_region -> Text,
        source -> Text,
        inspection_id -> Nullable<Uuid>,
        case_id -> Nullable<Uuid>,
        import_id -> Nullable<Uuid>,
        description -> Nullable<Text>,
        entered_by -> Nullable<Uuid>,
        rules_version -> Text,
        state -> Text,
        notified_on -> Nullable<Date>,
        counts_from -> Nullable<Date>,
        counts_until -> Date,
        pending_since -> Nullable<Date>,
        due_on -> Nullable<Date>,
        repaired_on -> Nullable<Date>,
        annulled_on -> Nullable<Date>,
        erased_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    conduct_event (conduct_id, ordinal) {
        conduct_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        occurred_on -> Date,
        recorded_at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        actor_role -> Text,
        actor_region -> Nullable<Text>,
        details -> Jsonb,
    }
}

diesel::table! {
    conduct_fact (id) {
        id -> Uuid,
        happened_on -> Date,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    conduct_fact_key (key) {
        key -> Text,
        fact_id -> Uuid,
    }
}

diesel::table! {
    conduct_file (conduct_id, ordinal, place) {
        conduct_id -> Uuid,
        ordinal -> Int4,
        place -> Int4,
        attachment_id -> Uuid,
    }
}

diesel::table! {
    conduct_line (id) {
        id -> Uuid,
        enterprise_id -> Uuid,
        product_kind -> Nullable<Text>,
        product_name -> Text,
        standard -> Nullable<Text>,
        trademark -> Nullable<Text>,
        model -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    conduct_past (conduct_id, until) {
        conduct_id -> Uuid,
        until -> Timestamptz,
        fact_id -> Uuid,
        role -> Text,
        line_id -> Nullable<Uuid>,
        behaviour -> Text,
        intent -> Text,
        happened_on -> Date,
        decided_on -> Date,
        document_no -> Nullable<Text>,
        rules_version -> Text,
        state -> Text,
        counts_from -> Nullable<Date>,
        counts_until -> Date,
        repaired_on -> Nullable<Date>,
        annulled_on -> Nullable<Date>,
    }
}

diesel::table! {
    conduct_reminder (conduct_id, ordinal) {
        conduct_id -> Uuid,
        ordinal -> Int4,
        reminded_at -> Timestamptz,
    }
}

diesel::table! {
    conduct_source_entry (id) {
        id -> Uuid,
        origin -> Text,
        origin_id -> Uuid,
        occasion -> Text,
        enterprise_id -> Uuid,
        role -> Text,
        behaviour -> Text,
        happened_on -> Date,
        conduct_id -> Uuid,
        entered_at -> Timestamptz,
        taken_back_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    conduct_source_note (id) {
        id -> Int8,
        origin -> Text,
        origin_id -> Uuid,
    }
}

diesel::table! {
    consultation (id) {
        id -> Uuid,
        enterprise_id -> Uuid,
        nonconformity_id -> Nullable<Uuid>,
        product_kind -> Text,
        subject -> Text,
        question -> Text,
        status -> Text,
        expert_id -> Nullable<Uuid>,
        offer_expires_at -> Nullable<Timestamptz>,
        accepted_at -> Nullable<Timestamptz>,
        concluded_at -> Nullable<Timestamptz>,
        conclusion -> Nullable<Text>,
        rating -> Nullable<Int4>,
        rating_comment -> Nullable<Text>,
        rated_at -> Nullable<Timestamptz>,
        opened_by -> Uuid,
        opened_at -> Timestamptz,
        updated_at -> Timestamptz,
        on_site -> Bool,
        search_step -> Text,
        search_since -> Nullable<Timestamptz>,
        searched_at -> Nullable<Timestamptz>,
        tried_since -> Nullable<Timestamptz>,
        alarmed_at -> Nullable<Timestamptz>,
        pinned -> Bool,
        answer_due_at -> Nullable<Timestamptz>,
        answer_expected_at -> Nullable<Timestamptz>,
        reopened -> Int4,
        region -> Text,
        search_text -> Text,
        information_asked_at -> Nullable<Timestamptz>,
        closed -> Nullable<Text>,
    }
}

diesel::table! {
    consultation_conclusion (year, number) {
        year -> Int4,
        number -> Int4,
        consultation_id -> Uuid,
        concluded_at -> Timestamptz,
        document -> Jsonb,
    }
}

diesel::table! {
    consultation_conclusion_counter (year) {
        year -> Int4,
        last -> Int4,
    }
}

diesel::table! {
    consultation_draft (consultation_id, account_id, stream) {
        consultation_id -> Uuid,
        account_id -> Uuid,
        stream -> Text,
        body -> Text,
        updated_at -> Timestamptz,
        reply_to -> Nullable<Int8>,
    }
}

diesel::table! {
    consultation_event (consultation_id, seq) {
        consultation_id -> Uuid,
        seq -> Int4,
        event -> Text,
        from_status -> Nullable<Text>,
        to_status -> Text,
        actor_id -> Nullable<Uuid>,
        actor_role -> Text,
        expert_id -> Nullable<Uuid>,
        note -> Nullable<Text>,
        at -> Timestamptz,
    }
}

diesel::table! {
    consultation_invitation (consultation_id, ordinal) {
        consultation_id -> Uuid,
        ordinal -> Int4,
        expert_id -> Uuid,
        invited_by -> Nullable<Uuid>,
        invited_at -> Timestamptz,
        note -> Nullable<Text>,
        state -> Text,
        answered_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    consultation_link (first_id, second_id) {
        first_id -> Uuid,
        second_id -> Uuid,
        added_by -> Uuid,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    consultation_mention (consultation_id, seq, account_id) {
        consultation_id -> Uuid,
        seq -> Int8,
        account_id -> Uuid,
        sender_id -> Uuid,
        sent_at -> Timestamptz,
        told_at -> Nullable<Timestamptz>,
        done_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    consultation_merge (consultation_id) {
        consultation_id -> Uuid,
        into_id -> Uuid,
        merged_by -> Uuid,
        merged_at -> Timestamptz,
    }
}

diesel::table! {
    consultation_offer (consultation_id, ordinal) {
        consultation_id -> Uuid,
        ordinal -> Int4,
        expert_id -> Uuid,
        score -> Jsonb,
        offered_at -> Timestamptz,
        expires_at -> Timestamptz,
        answer -> Nullable<Text>,
        answered_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        holds_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    consultation_panel (consultation_id, expert_id) {
        consultation_id -> Uuid,
        expert_id -> Uuid,
        invited_by -> Nullable<Uuid>,
        invited_at -> Timestamptz,
        seated -> Bool,
        opinion -> Nullable<Text>,
        opinion_at -> Nullable<Timestamptz>,
        revision -> Int4,
        agreement -> Nullable<Text>,
        agreement_reason -> Nullable<Text>,
        after_conclusion -> Bool,
    }
}

diesel::table! {
    consultation_participant (consultation_id, account_id) {
        consultation_id -> Uuid,
        account_id -> Uuid,
        role -> Text,
        lead -> Bool,
        joined_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    consultation_rating_past (consultation_id, until) {
        consultation_id -> Uuid,
        until -> Timestamptz,
        rating -> Int4,
        rated_at -> Timestamptz,
    }
}

diesel::table! {
    consultation_rating_reminder (consultation_id, ended_at) {
        consultation_id -> Uuid,
        ended_at -> Timestamptz,
        reminded_at -> Timestamptz,
    }
}

diesel::table! {
    consultation_tag (id) {
        id -> Uuid,
        region -> Nullable<Text>,
        hospital -> Nullable<Text>,
        name -> Text,
        retired_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    consultation_tagging (consultation_id, tag_id) {
        consultation_id -> Uuid,
        tag_id -> Uuid,
        tagged_by -> Uuid,
        tagged_at -> Timestamptz,
    }
}

diesel::table! {
    counted_calendar (year) {
        year -> Int4,
        digest -> Text,
        source -> Text,
        counted_at -> Timestamptz,
    }
}

diesel::table! {
    credit_change (enterprise_id, role, day) {
        enterprise_id -> Uuid,
        role -> Text,
        day -> Date,
        region -> Text,
        operating -> Bool,
        class -> Nullable<Text>,
        score_before -> Nullable<Int8>,
        score -> Int8,
        grade_before -> Nullable<Text>,
        grade -> Nullable<Text>,
        worst -> Bool,
        rules_version -> Text,
        trial -> Bool,
        causes -> Jsonb,
        reason -> Text,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    credit_code (id) {
        id -> Uuid,
        enterprise_id -> Uuid,
        region -> Text,
        maker_name -> Text,
        maker_region -> Text,
        uscc -> Text,
        product_kind -> Text,
        product_name -> Text,
        trademark -> Nullable<Text>,
        model -> Text,
        standard -> Nullable<Text>,
        state -> Text,
        rules_version -> Text,
        text_version -> Text,
        applied_by -> Uuid,
        applied_at -> Timestamptz,
        granted_on -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        suspended_at -> Nullable<Timestamptz>,
        ended_on -> Nullable<Date>,
        reminded_on -> Nullable<Date>,
        version -> Int4,
        updated_at -> Timestamptz,
        search_text -> Text,
        search_readings -> Text,
    }
}

diesel::table! {
    credit_code_event (code_id, ordinal) {
        code_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        conditions -> Array<Text>,
        lost_at -> Nullable<Timestamptz>,
        account_id -> Nullable<Uuid>,
        at -> Timestamptz,
    }
}

diesel::table! {
    credit_code_scan (code_id, number, day, region, answer) {
        code_id -> Uuid,
        number -> Int4,
        day -> Date,
        region -> Text,
        answer -> Text,
        scans -> Int8,
    }
}

diesel::table! {
    credit_code_version (code_id, number) {
        code_id -> Uuid,
        number -> Int4,
        token -> Text,
        batch -> Text,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    credit_honour (day, enterprise_id) {
        day -> Date,
        enterprise_id -> Uuid,
        region -> Text,
        years -> Int4,
        samplings -> Int4,
        first_on -> Date,
        last_on -> Date,
        failed_on -> Nullable<Date>,
    }
}

diesel::table! {
    credit_honour_day (day) {
        day -> Date,
        method -> Text,
        counted_at -> Timestamptz,
    }
}

diesel::table! {
    credit_measure (id) {
        id -> Uuid,
        enterprise_id -> Uuid,
        role -> Text,
        key -> Text,
        region -> Text,
        grade -> Text,
        class -> Nullable<Text>,
        rules_version -> Text,
        trial -> Bool,
        text_zh -> Text,
        text_en -> Text,
        period_days -> Int4,
        from_day -> Date,
        until_day -> Nullable<Date>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    credit_regrading (id) {
        id -> Uuid,
        state -> Text,
        reason -> Text,
        asked_by -> Nullable<Uuid>,
        asked_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        attempts -> Int4,
        done -> Int4,
        total -> Int4,
        graded -> Nullable<Int4>,
        changed -> Nullable<Int4>,
        regraded -> Nullable<Int4>,
        problem -> Nullable<Jsonb>,
        rules -> Nullable<Text>,
    }
}

diesel::table! {
    credit_stale (id) {
        id -> Int8,
        enterprise_id -> Uuid,
        from_day -> Date,
    }
}

diesel::table! {
    credit_subject (enterprise_id, role) {
        enterprise_id -> Uuid,
        role -> Text,
        region -> Text,
        operating -> Bool,
        class -> Nullable<Text>,
        score -> Int8,
        grade -> Nullable<Text>,
        worst -> Bool,
        lines -> Jsonb,
        counted -> Array<Uuid>,
        under_objection -> Bool,
        repair_pending -> Bool,
        next_grade -> Nullable<Text>,
        next_grade_on -> Nullable<Date>,
        look_on -> Nullable<Date>,
        rules_version -> Text,
        trial -> Bool,
        graded_on -> Date,
        graded_at -> Timestamptz,
    }
}

diesel::table! {
    credit_task (id) {
        id -> Uuid,
        measure_id -> Uuid,
        enterprise_id -> Uuid,
        region -> Text,
        ordinal -> Int4,
        due_on -> Date,
        state -> Text,
        done_by -> Nullable<Uuid>,
        done_on -> Nullable<Date>,
        done_at -> Nullable<Timestamptz>,
        note -> Nullable<Text>,
        reminded_at -> Nullable<Timestamptz>,
        late_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    cross_event (round_id, ordinal) {
        round_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        account_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    cross_participant (id) {
        id -> Uuid,
        round_id -> Uuid,
        enterprise_id -> Uuid,
        declared_at -> Nullable<Timestamptz>,
        joined_at -> Timestamptz,
    }
}

diesel::table! {
    cross_product (id) {
        id -> Uuid,
        round_id -> Uuid,
        participant_id -> Uuid,
        name -> Text,
        brand -> Nullable<Text>,
        code -> Nullable<Text>,
        tester_id -> Nullable<Uuid>,
        checked -> Bool,
        result -> Nullable<Text>,
        faults -> Array<Text>,
        tested_on -> Nullable<Date>,
        reported_at -> Nullable<Timestamptz>,
        check_result -> Nullable<Text>,
        check_faults -> Array<Text>,
        check_report_no -> Nullable<Text>,
        check_on -> Nullable<Date>,
        check_at -> Nullable<Timestamptz>,
        corrected_on -> Nullable<Date>,
        correction -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    cross_relation (participant_id, kind, uscc) {
        participant_id -> Uuid,
        kind -> Text,
        uscc -> Text,
    }
}

diesel::table! {
    cross_round (id) {
        id -> Uuid,
        name -> Text,
        region -> Text,
        hospital -> Nullable<Text>,
        product_kind -> Text,
        led_by -> Uuid,
        state -> Text,
        rules_version -> Text,
        join_code -> Text,
        check_percent -> Int4,
        laboratory_id -> Nullable<Uuid>,
        seed -> Nullable<Bytea>,
        created_at -> Timestamptz,
        assigned_at -> Nullable<Timestamptz>,
        results_due_on -> Nullable<Date>,
        reminded_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_reason -> Nullable<Text>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    deadline_notice (case_id, clock, due_on, kind, recipient) {
        case_id -> Uuid,
        clock -> Text,
        due_on -> Date,
        kind -> Text,
        recipient -> Text,
        told_at -> Timestamptz,
    }
}

diesel::table! {
    deadline_sweep (day) {
        day -> Date,
        swept_at -> Timestamptz,
        notices -> Int4,
        mails -> Int4,
    }
}

diesel::table! {
    engagement (id) {
        id -> Uuid,
        kind -> Text,
        programme_id -> Nullable<Uuid>,
        round_no -> Nullable<Int4>,
        region -> Text,
        on_day -> Nullable<Date>,
        starts_at -> Nullable<Timestamptz>,
        ends_at -> Nullable<Timestamptz>,
        place -> Nullable<Text>,
        topic -> Text,
        state -> Text,
        version -> Int4,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        held_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        cancelled_by_role -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    engagement_attendance_past (id) {
        id -> Uuid,
        engagement_id -> Uuid,
        enterprise_id -> Uuid,
        from_at -> Timestamptz,
        until_at -> Timestamptz,
    }
}

diesel::table! {
    engagement_danger (id) {
        id -> Uuid,
        engagement_id -> Uuid,
        enterprise_id -> Uuid,
        region -> Text,
        finding_id -> Nullable<Uuid>,
        ground -> Text,
        reason -> Text,
        article -> Text,
        reported_by -> Uuid,
        reported_at -> Timestamptz,
        acknowledged_by -> Nullable<Uuid>,
        acknowledged_at -> Nullable<Timestamptz>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    engagement_enterprise (engagement_id, enterprise_id) {
        engagement_id -> Uuid,
        enterprise_id -> Uuid,
        attended -> Nullable<Bool>,
        attended_at -> Nullable<Timestamptz>,
        by_code -> Bool,
        outside_cohort -> Bool,
    }
}

diesel::table! {
    engagement_event (engagement_id, ordinal) {
        engagement_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        actor -> Nullable<Uuid>,
        role -> Text,
        at -> Timestamptz,
        device_at -> Nullable<Timestamptz>,
        client_id -> Nullable<Uuid>,
        detail -> Jsonb,
    }
}

diesel::table! {
    engagement_expert (engagement_id, expert_id) {
        engagement_id -> Uuid,
        expert_id -> Uuid,
        lead -> Bool,
    }
}

diesel::table! {
    engagement_finding (id) {
        id -> Uuid,
        engagement_id -> Uuid,
        enterprise_id -> Uuid,
        nonconformity_id -> Nullable<Uuid>,
        item -> Text,
        cause -> Nullable<Text>,
        advice -> Text,
        due_on -> Nullable<Date>,
        hazard -> Bool,
        imminent -> Bool,
        action_id -> Nullable<Uuid>,
        client_id -> Nullable<Uuid>,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    engagement_held_past (id) {
        id -> Uuid,
        engagement_id -> Uuid,
        from_at -> Timestamptz,
        until_at -> Timestamptz,
    }
}

diesel::table! {
    engagement_kind_file (engagement_id, attachment_id) {
        engagement_id -> Uuid,
        attachment_id -> Uuid,
        purpose -> Text,
        promise_id -> Nullable<Uuid>,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    engagement_location (engagement_id, ordinal) {
        engagement_id -> Uuid,
        ordinal -> Int4,
        latitude -> Float8,
        longitude -> Float8,
    }
}

diesel::table! {
    engagement_photo (attachment_id) {
        engagement_id -> Uuid,
        attachment_id -> Uuid,
        sha256 -> Text,
        enterprise_id -> Uuid,
        added_by -> Uuid,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    engagement_photo_of (sha256) {
        sha256 -> Text,
        enterprise_id -> Uuid,
    }
}

diesel::table! {
    enterprise (id) {
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
        search_text -> Text,
        search_readings -> Text,
        withdrawn_at -> Nullable<Timestamptz>,
        uscc_admitted -> Bool,
    }
}

diesel::table! {
    enterprise_figure (enterprise_id, figure) {
        enterprise_id -> Uuid,
        figure -> Text,
        region -> Text,
        value -> Int8,
    }
}

diesel::table! {
    enterprise_past (enterprise_id, until) {
        enterprise_id -> Uuid,
        until -> Timestamptz,
        region -> Text,
        operating_status -> Text,
    }
}

diesel::table! {
    enterprise_registration (id) {
        id -> Uuid,
        enterprise_id -> Uuid,
        contact_name -> Text,
        contact_email -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        language -> Text,
        state -> Text,
        reason -> Nullable<Text>,
        token_hash -> Nullable<Bytea>,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
        decided_at -> Nullable<Timestamptz>,
        network -> Text,
        mailed_to -> Nullable<Text>,
        repeated -> Int4,
        last_asked_at -> Nullable<Timestamptz>,
        mail_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    expert (id) {
        id -> Uuid,
        name -> Text,
        title -> Text,
        hospital -> Nullable<Text>,
        email -> Text,
        phone -> Nullable<Text>,
        languages -> Array<Text>,
        capacity -> Int4,
        vetting -> Text,
        vetting_reason -> Nullable<Text>,
        vetted_at -> Nullable<Timestamptz>,
        available -> Bool,
        last_assigned_at -> Nullable<Timestamptz>,
        applied_at -> Timestamptz,
        updated_at -> Timestamptz,
        employer -> Nullable<Text>,
        leave_from -> Nullable<Date>,
        leave_to -> Nullable<Date>,
        open_count -> Int4,
        reinspected -> Int4,
        passed_first -> Int4,
        rating_count -> Int4,
        rating_sum -> Int4,
        search_text -> Text,
        search_readings -> Text,
        vetted_by -> Nullable<Uuid>,
        post -> Nullable<Text>,
        qualifications -> Nullable<Text>,
    }
}

diesel::table! {
    expert_application (id) {
        id -> Uuid,
        address -> Text,
        network -> Text,
        application -> Nullable<Jsonb>,
        token_hash -> Nullable<Bytea>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    expert_change (id) {
        id -> Int8,
        tx -> Int8,
        expert_id -> Nullable<Uuid>,
        at -> Timestamptz,
    }
}

diesel::table! {
    expert_conflict (expert_id, uscc) {
        expert_id -> Uuid,
        uscc -> Text,
        relation -> Text,
        note -> Nullable<Text>,
        recorded_by -> Nullable<Uuid>,
        recorded_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    expert_refusal (enterprise_id, expert_id) {
        enterprise_id -> Uuid,
        expert_id -> Uuid,
        reason -> Text,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    expert_region (expert_id, region) {
        expert_id -> Uuid,
        region -> Text,
    }
}

diesel::table! {
    expert_shift (expert_id, ordinal) {
        expert_id -> Uuid,
        ordinal -> Int4,
        weekday -> Int4,
        starts -> Int4,
        ends -> Int4,
        holidays -> Bool,
    }
}

diesel::table! {
    expert_signed_report (expert_id, report_no) {
        expert_id -> Uuid,
        report_no -> Text,
        recorded_by -> Nullable<Uuid>,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    expert_specialty (expert_id, ordinal) {
        expert_id -> Uuid,
        ordinal -> Int4,
        product_kind -> Nullable<Text>,
        product_class -> Nullable<Text>,
        level -> Int4,
        items -> Array<Text>,
    }
}

diesel::table! {
    expert_specialty_change (id) {
        id -> Uuid,
        expert_id -> Uuid,
        change -> Text,
        product_kind -> Nullable<Text>,
        product_class -> Nullable<Text>,
        level -> Int4,
        items -> Array<Text>,
        state -> Text,
        note -> Nullable<Text>,
        open_consultations -> Nullable<Int4>,
        proposed_by -> Nullable<Uuid>,
        proposed_at -> Timestamptz,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    expert_suspension (id) {
        id -> Uuid,
        expert_id -> Uuid,
        reason -> Text,
        until -> Nullable<Date>,
        suspended_by -> Nullable<Uuid>,
        suspended_at -> Timestamptz,
        ended_by -> Nullable<Uuid>,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    figure_stale (id) {
        id -> Int8,
        enterprise_ids -> Array<Uuid>,
    }
}

diesel::table! {
    follow_up (id) {
        id -> Uuid,
        enterprise_id -> Uuid,
        region -> Text,
        programme_id -> Nullable<Uuid>,
        topic -> Text,
        state -> Text,
        case_id -> Nullable<Uuid>,
        cleared_on -> Nullable<Date>,
        months -> Int4,
        due_on -> Date,
        result -> Nullable<Text>,
        held_on -> Nullable<Date>,
        note -> Nullable<Text>,
        held_by -> Nullable<Uuid>,
        known_at -> Nullable<Timestamptz>,
        announced_at -> Nullable<Timestamptz>,
        ended_reason -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        search_text -> Text,
        search_readings -> Text,
    }
}

diesel::table! {
    follow_up_past (id) {
        id -> Uuid,
        follow_up_id -> Uuid,
        result -> Text,
        held_on -> Date,
        note -> Nullable<Text>,
        held_by -> Uuid,
        from_at -> Timestamptz,
        until_at -> Timestamptz,
        corrected_by -> Uuid,
        reason -> Text,
    }
}

diesel::table! {
    hazard (id) {
        id -> Uuid,
        programme_id -> Nullable<Uuid>,
        subject_id -> Nullable<Uuid>,
        enterprise_id -> Uuid,
        region -> Text,
        product -> Text,
        product_kind -> Nullable<Text>,
        item -> Text,
        description -> Text,
        source -> Text,
        inspection_id -> Nullable<Uuid>,
        engagement_id -> Nullable<Uuid>,
        found_on -> Date,
        found_by -> Uuid,
        state -> Text,
        ordered_on -> Nullable<Date>,
        due_on -> Nullable<Date>,
        corrected_on -> Nullable<Date>,
        verified_on -> Nullable<Date>,
        verified_by -> Nullable<Uuid>,
        closed_on -> Nullable<Date>,
        overdue_since -> Nullable<Date>,
        listing_proposed_at -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        search_text -> Text,
        search_readings -> Text,
    }
}

diesel::table! {
    hazard_event (hazard_id, ordinal) {
        hazard_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        said -> Nullable<Text>,
        occurred_on -> Date,
        due_on -> Nullable<Date>,
        account_id -> Nullable<Uuid>,
        at -> Timestamptz,
    }
}

diesel::table! {
    hazard_file (hazard_id, ordinal, place) {
        hazard_id -> Uuid,
        ordinal -> Int4,
        place -> Int4,
        attachment_id -> Uuid,
    }
}

diesel::table! {
    idempotency_key (scope, key) {
        scope -> Uuid,
        key -> Text,
        command -> Text,
        fingerprint -> Bytea,
        output -> Nullable<Jsonb>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    incoming_consultation (region, system, reference) {
        region -> Text,
        system -> Text,
        reference -> Text,
        consultation_id -> Uuid,
        api_key_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    inspection (id) {
        id -> Uuid,
        number -> Text,
        organiser_region -> Text,
        programme_id -> Nullable<Uuid>,
        target_id -> Nullable<Uuid>,
        method -> Text,
        purpose -> Text,
        level -> Text,
        state -> Text,
        role -> Text,
        operator_id -> Nullable<Uuid>,
        place_region -> Text,
        producer_id -> Nullable<Uuid>,
        producer_region -> Nullable<Text>,
        confirmation -> Nullable<Text>,
        product_kind -> Nullable<Text>,
        laboratory_id -> Nullable<Uuid>,
        sampler_id -> Nullable<Uuid>,
        sample -> Text,
        sampled_on -> Nullable<Date>,
        received_on -> Nullable<Date>,
        reported_on -> Nullable<Date>,
        delivered_on -> Nullable<Date>,
        final_on -> Nullable<Date>,
        published_on -> Nullable<Date>,
        outcome -> Nullable<Text>,
        nonconformity_id -> Nullable<Uuid>,
        source -> Text,
        import_id -> Nullable<Uuid>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    inspection_challenge (inspection_id) {
        inspection_id -> Uuid,
        contested_on -> Date,
        settled_on -> Nullable<Date>,
        laboratory_id -> Nullable<Uuid>,
        recording_decided -> Nullable<Bool>,
    }
}

diesel::table! {
    inspection_event (inspection_id, ordinal) {
        inspection_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        occurred_on -> Date,
        occurred_at -> Nullable<Timestamptz>,
        recorded_at -> Timestamptz,
        late -> Bool,
        actor_id -> Nullable<Uuid>,
        actor_role -> Text,
        actor_region -> Nullable<Text>,
        actor_body -> Nullable<Uuid>,
        document -> Nullable<Text>,
        note -> Nullable<Text>,
        details -> Jsonb,
        corrects -> Nullable<Int4>,
    }
}

diesel::table! {
    inspection_file (inspection_id, ordinal, place) {
        inspection_id -> Uuid,
        ordinal -> Int4,
        place -> Int4,
        attachment_id -> Uuid,
    }
}

diesel::table! {
    inspection_finding (id) {
        id -> Uuid,
        inspection_id -> Uuid,
        party -> Text,
        enterprise_id -> Uuid,
        nonconformity_id -> Uuid,
        case_id -> Nullable<Uuid>,
        opened_at -> Timestamptz,
        taken_back_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    inspection_item (inspection_id, round, ordinal) {
        inspection_id -> Uuid,
        round -> Text,
        ordinal -> Int4,
        item -> Text,
        method -> Nullable<Text>,
        requirement -> Nullable<Text>,
        measured -> Nullable<Text>,
        unit -> Nullable<Text>,
        ok -> Bool,
        safety -> Bool,
    }
}

diesel::table! {
    inspection_link (inspection_id, follows_id, linked_at) {
        inspection_id -> Uuid,
        follows_id -> Uuid,
        kind -> Text,
        linked_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    inspection_past (inspection_id, until) {
        inspection_id -> Uuid,
        until -> Timestamptz,
        organiser_region -> Text,
        programme_id -> Nullable<Uuid>,
        method -> Text,
        purpose -> Text,
        level -> Text,
        state -> Text,
        role -> Text,
        operator_id -> Nullable<Uuid>,
        place_region -> Text,
        producer_id -> Nullable<Uuid>,
        producer_region -> Nullable<Text>,
        confirmation -> Nullable<Text>,
        product_kind -> Nullable<Text>,
        laboratory_id -> Nullable<Uuid>,
        sampled_on -> Nullable<Date>,
        received_on -> Nullable<Date>,
        reported_on -> Nullable<Date>,
        delivered_on -> Nullable<Date>,
        final_on -> Nullable<Date>,
        published_on -> Nullable<Date>,
        outcome -> Nullable<Text>,
        nonconformity_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    inspection_subject (inspection_id) {
        inspection_id -> Uuid,
        operator_name -> Text,
        operator_uscc -> Nullable<Text>,
        operator_address -> Nullable<Text>,
        producer_name -> Nullable<Text>,
        producer_uscc -> Nullable<Text>,
        producer_address -> Nullable<Text>,
        client -> Nullable<Text>,
        contractor -> Nullable<Text>,
        product_name -> Text,
        trademark -> Nullable<Text>,
        model -> Nullable<Text>,
        standard -> Nullable<Text>,
        batch -> Nullable<Text>,
        produced_on -> Nullable<Date>,
        base_quantity -> Nullable<Float8>,
        test_quantity -> Nullable<Float8>,
        reserve_quantity -> Nullable<Float8>,
        unit -> Nullable<Text>,
        price_fen -> Nullable<Int8>,
        channel -> Nullable<Text>,
        online -> Nullable<Jsonb>,
        samplers -> Array<Text>,
        witness -> Nullable<Text>,
        seals -> Array<Text>,
        reserve_kept_at -> Nullable<Text>,
        report_no -> Nullable<Text>,
        signed_by -> Nullable<Text>,
        line -> Nullable<Text>,
        search_text -> Text,
        search_readings -> Text,
    }
}

diesel::table! {
    inspection_term (inspection_id, term, party) {
        inspection_id -> Uuid,
        term -> Text,
        party -> Text,
        begins_on -> Date,
        due_on -> Date,
        met_on -> Nullable<Date>,
        provisional -> Bool,
        late_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    installation (single) {
        single -> Bool,
        id -> Uuid,
        fanout_key -> Bytea,
    }
}

diesel::table! {
    kind_regime (product_kind, in_force_from) {
        product_kind -> Text,
        in_force_from -> Date,
        regime -> Text,
        document_no -> Nullable<Text>,
        reason -> Text,
        decided_by -> Uuid,
        decided_at -> Timestamptz,
    }
}

diesel::table! {
    kind_review (id) {
        id -> Uuid,
        product_kind -> Text,
        reviewed_on -> Date,
        conclusion -> Text,
        reviewed_by -> Uuid,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    knowledge_article (id) {
        id -> Uuid,
        consultation_id -> Nullable<Uuid>,
        region -> Text,
        expert_id -> Uuid,
        state -> Text,
        title -> Text,
        product_kinds -> Array<Text>,
        failed_items -> Array<Text>,
        standards -> Array<Text>,
        clauses -> Array<Text>,
        question -> Text,
        cause -> Text,
        actions -> Text,
        result -> Text,
        reason -> Nullable<Text>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        submitted_by -> Nullable<Uuid>,
        submitted_at -> Nullable<Timestamptz>,
        decided_by -> Nullable<Uuid>,
        published_at -> Nullable<Timestamptz>,
        search_text -> Text,
        search_readings -> Text,
    }
}

diesel::table! {
    knowledge_event (article_id, seq) {
        article_id -> Uuid,
        seq -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        account_id -> Nullable<Uuid>,
        note -> Nullable<Text>,
        at -> Timestamptz,
    }
}

diesel::table! {
    knowledge_finding (id) {
        id -> Uuid,
        article_id -> Uuid,
        field -> Text,
        start -> Int4,
        length -> Int4,
        kind -> Text,
        found -> Nullable<Text>,
        replacement -> Text,
        decision -> Text,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    knowledge_use (article_id, account_id, question) {
        article_id -> Uuid,
        account_id -> Uuid,
        question -> Uuid,
        enterprise_id -> Uuid,
        nonconformity_id -> Nullable<Uuid>,
        product_kind -> Nullable<Text>,
        shown_at -> Timestamptz,
        opened_at -> Nullable<Timestamptz>,
        helped_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    knowledge_word (word, article_id) {
        word -> Text,
        article_id -> Uuid,
    }
}

diesel::table! {
    label_answer (inspection_id, event, ordinal) {
        inspection_id -> Uuid,
        event -> Int4,
        ordinal -> Int4,
        check_key -> Text,
        answer -> Text,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    label_check (inspection_id, event) {
        inspection_id -> Uuid,
        event -> Int4,
        checklist_version -> Text,
        outcome -> Text,
        inspected_on -> Date,
        inspectors -> Array<Text>,
        source_named -> Nullable<Bool>,
        source_name -> Nullable<Text>,
        source_uscc -> Nullable<Text>,
        corrected_on -> Nullable<Date>,
        correction -> Nullable<Text>,
        fingerprint -> Bytea,
        checked_by -> Uuid,
        checked_at -> Timestamptz,
    }
}

diesel::table! {
    label_photo (inspection_id, event, check_key, ordinal) {
        inspection_id -> Uuid,
        event -> Int4,
        check_key -> Text,
        ordinal -> Int4,
        attachment_id -> Uuid,
        sha256 -> Bytea,
    }
}

diesel::table! {
    laboratory (id) {
        id -> Uuid,
        name -> Text,
        region -> Text,
        products -> Array<Text>,
        serves -> Array<Text>,
        capacity -> Int4,
        takes_samples -> Bool,
        excluded_usccs -> Array<Text>,
        active -> Bool,
        hospital -> Nullable<Text>,
        hospital_since -> Nullable<Timestamptz>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    login_session (id) {
        id -> Uuid,
        account_id -> Uuid,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        address -> Nullable<Text>,
        last_used_at -> Nullable<Timestamptz>,
        ends_at -> Nullable<Timestamptz>,
        proved_at -> Nullable<Timestamptz>,
        by_factor -> Bool,
        sets_up_only -> Bool,
    }
}

diesel::table! {
    mail_pause (id) {
        id -> Uuid,
        address -> Text,
        since -> Timestamptz,
        reason -> Text,
        mail_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    matching_assignment (enterprise_id) {
        enterprise_id -> Uuid,
        expert_id -> Uuid,
        plan_id -> Uuid,
        assigned_at -> Timestamptz,
    }
}

diesel::table! {
    matching_plan (id) {
        id -> Uuid,
        name -> Text,
        requested_by -> Uuid,
        region -> Text,
        product_class -> Nullable<Text>,
        import_id -> Nullable<Uuid>,
        rounds -> Int4,
        capacity_basis -> Text,
        state -> Text,
        phase -> Nullable<Text>,
        done -> Int4,
        total -> Int4,
        attempts -> Int4,
        problem -> Nullable<Jsonb>,
        snapshot -> Nullable<Bytea>,
        figures -> Nullable<Jsonb>,
        applied -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        computed_at -> Nullable<Timestamptz>,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        least_score -> Nullable<Int4>,
    }
}

diesel::table! {
    matching_plan_by_hand (plan_id, enterprise_id) {
        plan_id -> Uuid,
        enterprise_id -> Uuid,
        computed_expert -> Nullable<Uuid>,
        computed_score -> Nullable<Int4>,
        computed_reason -> Nullable<Text>,
        computed_excluded -> Nullable<Jsonb>,
        reason -> Text,
        changed_by -> Uuid,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    matching_plan_line (plan_id, enterprise_id) {
        plan_id -> Uuid,
        enterprise_id -> Uuid,
        expert_id -> Nullable<Uuid>,
        score -> Nullable<Int4>,
        reason -> Nullable<Text>,
        excluded -> Nullable<Jsonb>,
        present_expert -> Nullable<Uuid>,
        present_by -> Nullable<Text>,
        change -> Text,
    }
}

diesel::table! {
    matching_plan_pairs (plan_id, part) {
        plan_id -> Uuid,
        part -> Int4,
        data -> Bytea,
    }
}

diesel::table! {
    nonconformity (id) {
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
        report_key -> Text,
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    one_time_link (hash) {
        hash -> Bytea,
        purpose -> Text,
        account_id -> Nullable<Uuid>,
        data -> Jsonb,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    online_session (id) {
        id -> Uuid,
        topic -> Text,
        about -> Nullable<Text>,
        region -> Text,
        product_kinds -> Array<Text>,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        capacity -> Int4,
        meeting_url -> Nullable<Text>,
        state -> Text,
        minutes -> Nullable<Text>,
        recording_url -> Nullable<Text>,
        recording_file -> Nullable<Uuid>,
        cancelled_reason -> Nullable<Text>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    online_session_event (session_id, ordinal) {
        session_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        account_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    online_session_expert (session_id, expert_id) {
        session_id -> Uuid,
        expert_id -> Uuid,
    }
}

diesel::table! {
    online_session_member (session_id, enterprise_id) {
        session_id -> Uuid,
        enterprise_id -> Uuid,
        invited_at -> Timestamptz,
        signed_up_at -> Nullable<Timestamptz>,
        joined_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    online_session_question (id) {
        id -> Uuid,
        session_id -> Uuid,
        enterprise_id -> Uuid,
        text -> Text,
        asked_by -> Uuid,
        asked_at -> Timestamptz,
        during -> Bool,
        state -> Text,
        answer -> Nullable<Text>,
        consultation_id -> Nullable<Uuid>,
        answered_by -> Nullable<Uuid>,
        answered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    operator_grade (enterprise_id) {
        enterprise_id -> Uuid,
        grade -> Text,
    }
}

diesel::table! {
    outbox_mail (id) {
        id -> Uuid,
        message_id -> Text,
        template -> Text,
        language -> Text,
        recipient -> Text,
        recipient_name -> Text,
        subject -> Text,
        body -> Text,
        state -> Text,
        attempts -> Int4,
        next_attempt_at -> Timestamptz,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
        maybe_taken -> Int4,
        claimed_until -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    outreach (id) {
        id -> Uuid,
        region -> Text,
        programme_id -> Nullable<Uuid>,
        topic -> Text,
        state -> Text,
        on_day -> Date,
        place -> Text,
        place_kind -> Text,
        people -> Nullable<Int4>,
        leaflets -> Nullable<Int4>,
        questions -> Nullable<Int4>,
        asked -> Nullable<Int4>,
        satisfied -> Nullable<Int4>,
        note -> Nullable<Text>,
        reported_by -> Nullable<Uuid>,
        known_at -> Nullable<Timestamptz>,
        signals -> Int4,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        search_text -> Text,
        search_readings -> Text,
    }
}

diesel::table! {
    outreach_past (id) {
        id -> Uuid,
        outreach_id -> Uuid,
        people -> Int4,
        leaflets -> Int4,
        questions -> Int4,
        asked -> Nullable<Int4>,
        satisfied -> Nullable<Int4>,
        note -> Nullable<Text>,
        reported_by -> Uuid,
        from_at -> Timestamptz,
        until_at -> Timestamptz,
        corrected_by -> Uuid,
        reason -> Text,
    }
}

diesel::table! {
    outreach_signal (id) {
        id -> Uuid,
        engagement_id -> Uuid,
        text -> Text,
        product_kind -> Nullable<Text>,
        region -> Text,
        observed_on -> Date,
        handed_over -> Bool,
        handed_over_at -> Nullable<Timestamptz>,
        signal_id -> Nullable<Uuid>,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    oversight (id) {
        id -> Uuid,
        kind -> Text,
        state -> Text,
        subject -> Text,
        title -> Text,
        from_region -> Text,
        level -> Text,
        to_kind -> Text,
        to_region -> Text,
        enterprise_id -> Nullable<Uuid>,
        laboratory_id -> Nullable<Uuid>,
        to_name -> Text,
        product_kinds -> Array<Text>,
        rules_version -> Text,
        due_on -> Nullable<Date>,
        term_on -> Nullable<Date>,
        report_due_on -> Nullable<Date>,
        extensions -> Int4,
        held_on -> Nullable<Date>,
        document_no -> Nullable<Text>,
        document_year -> Nullable<Int4>,
        document_ordinal -> Nullable<Int4>,
        issued_on -> Nullable<Date>,
        answered_on -> Nullable<Date>,
        answered_in_time -> Nullable<Bool>,
        returns -> Int4,
        accepted_on -> Nullable<Date>,
        ended_on -> Nullable<Date>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    oversight_basis (oversight_id, kind, ref_id) {
        oversight_id -> Uuid,
        place -> Int4,
        kind -> Text,
        ref_id -> Uuid,
    }
}

diesel::table! {
    oversight_event (oversight_id, ordinal) {
        oversight_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        occurred_on -> Date,
        recorded_at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        actor_role -> Text,
        actor_region -> Nullable<Text>,
        details -> Jsonb,
    }
}

diesel::table! {
    oversight_file (oversight_id, ordinal, place) {
        oversight_id -> Uuid,
        ordinal -> Int4,
        place -> Int4,
        attachment_id -> Uuid,
    }
}

diesel::table! {
    oversight_matter (oversight_id) {
        oversight_id -> Uuid,
        invitee -> Nullable<Text>,
        invitee_post -> Nullable<Text>,
        facts -> Jsonb,
        facts_note -> Nullable<Text>,
        requirements -> Text,
        term_wish -> Nullable<Date>,
        escalates_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    oversight_number (region, year) {
        region -> Text,
        year -> Int4,
        last -> Int4,
    }
}

diesel::table! {
    oversight_reminder (oversight_id, kind, day) {
        oversight_id -> Uuid,
        kind -> Text,
        day -> Date,
        reminded_at -> Timestamptz,
    }
}

diesel::table! {
    oversight_responsibility (oversight_id, kind) {
        oversight_id -> Uuid,
        kind -> Text,
        holder -> Text,
        post -> Text,
        task -> Text,
        due_on -> Date,
        state -> Text,
        done_on -> Nullable<Date>,
        evidence -> Nullable<Text>,
        done_ordinal -> Nullable<Int4>,
    }
}

diesel::table! {
    past_day (day, region, what) {
        day -> Date,
        region -> Text,
        what -> Text,
        said -> Jsonb,
    }
}

diesel::table! {
    penalty (id) {
        id -> Uuid,
        import_id -> Uuid,
        scope -> Text,
        document_no -> Text,
        document_key -> Text,
        party_name -> Text,
        party_key -> Text,
        party_uscc -> Nullable<Text>,
        party_region -> Nullable<Text>,
        act -> Text,
        act_key -> Text,
        facts -> Nullable<Text>,
        product -> Nullable<Text>,
        law -> Nullable<Text>,
        penalty_kind -> Nullable<Text>,
        content -> Nullable<Text>,
        fine_fen -> Nullable<Int8>,
        authority -> Text,
        authority_region -> Nullable<Text>,
        decided_on -> Date,
        happened_on -> Nullable<Date>,
        fault -> Nullable<Text>,
        inspection_id -> Nullable<Uuid>,
        enterprise_id -> Nullable<Uuid>,
        behaviour -> Nullable<Text>,
        state -> Text,
        conduct_id -> Nullable<Uuid>,
        annulment -> Nullable<Jsonb>,
        version -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    penalty_event (penalty_id, ordinal) {
        penalty_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        recorded_at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        actor_role -> Text,
        details -> Jsonb,
    }
}

diesel::table! {
    penalty_list (id) {
        id -> Uuid,
        requested_by -> Nullable<Uuid>,
        region -> Text,
        file_name -> Text,
        file -> Nullable<Bytea>,
        sha256 -> Bytea,
        dry_run -> Bool,
        defaults -> Jsonb,
        state -> Text,
        attempts -> Int4,
        total -> Nullable<Int4>,
        processed -> Int4,
        rows -> Int4,
        inserted -> Int4,
        updated -> Int4,
        unchanged -> Int4,
        rejected -> Int4,
        not_records -> Int4,
        header -> Nullable<Jsonb>,
        warnings -> Nullable<Jsonb>,
        problem -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        file_until -> Nullable<Timestamptz>,
        check_id -> Nullable<Uuid>,
        withdrawal -> Nullable<Jsonb>,
    }
}

diesel::table! {
    penalty_list_rejection (import_id, row_no, ordinal) {
        import_id -> Uuid,
        row_no -> Int4,
        ordinal -> Int4,
        field -> Text,
        value -> Text,
        code -> Text,
        reason_zh -> Text,
        reason_en -> Text,
        cells -> Nullable<Jsonb>,
        marks -> Nullable<Text>,
    }
}

diesel::table! {
    penalty_list_row (import_id, row_no) {
        import_id -> Uuid,
        row_no -> Int4,
        penalty_id -> Uuid,
        outcome -> Text,
        version -> Int4,
    }
}

diesel::table! {
    penalty_question (id) {
        id -> Uuid,
        penalty_id -> Uuid,
        scope -> Text,
        kind -> Text,
        reason -> Text,
        enterprise_id -> Nullable<Uuid>,
        likeness -> Nullable<Text>,
        state -> Text,
        chosen_id -> Nullable<Uuid>,
        behaviour -> Nullable<Text>,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        note -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    personal_copy (request_id) {
        request_id -> Uuid,
        bytes -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    personal_request (id) {
        id -> Uuid,
        account_id -> Uuid,
        kind -> Text,
        state -> Text,
        text -> Nullable<Text>,
        region -> Text,
        created_at -> Timestamptz,
        due_on -> Date,
        reminded_at -> Nullable<Timestamptz>,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        outcome -> Nullable<Jsonb>,
        done -> Int4,
        total -> Int4,
        attempts -> Int4,
        problem -> Nullable<Jsonb>,
        size -> Nullable<Int8>,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    product_class (code) {
        code -> Text,
        name_zh -> Text,
        name_en -> Text,
    }
}

diesel::table! {
    product_hospital (code) {
        code -> Text,
        name_zh -> Text,
        name_en -> Text,
        region -> Text,
    }
}

diesel::table! {
    product_kind (code) {
        code -> Text,
        class -> Text,
        name_zh -> Text,
        name_en -> Text,
        supervision -> Text,
    }
}

diesel::table! {
    production_licence (id) {
        id -> Uuid,
        licence_no -> Text,
        uscc -> Text,
        name -> Text,
        region -> Text,
        product_kind -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
        revoked_on -> Nullable<Date>,
        revoked_at -> Nullable<Timestamptz>,
        revoked_by -> Nullable<Uuid>,
        revoke_reason -> Nullable<Text>,
        list_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    programme (id) {
        id -> Uuid,
        kind -> Text,
        name -> Text,
        level -> Text,
        organiser_region -> Text,
        period_from -> Date,
        period_until -> Date,
        document_no -> Nullable<Text>,
        rules_version -> Nullable<Text>,
        state -> Text,
        salt -> Bytea,
        created_by -> Uuid,
        created_at -> Timestamptz,
        submitted_by -> Nullable<Uuid>,
        submitted_at -> Nullable<Timestamptz>,
        approved_by -> Nullable<Uuid>,
        approved_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    programme_draw (id) {
        id -> Uuid,
        programme_id -> Uuid,
        target_id -> Uuid,
        ordinal -> Int4,
        frame_id -> Uuid,
        seed -> Bytea,
        seed_event -> Nullable<Text>,
        weights_version -> Text,
        wanted -> Int4,
        reason -> Nullable<Text>,
        drawn_by -> Uuid,
        drawn_at -> Timestamptz,
    }
}

diesel::table! {
    programme_drawn (id) {
        id -> Uuid,
        draw_id -> Uuid,
        ordinal -> Int4,
        row_id -> Text,
        enterprise_id -> Nullable<Uuid>,
        uscc -> Text,
        name -> Text,
        region -> Text,
        role -> Text,
        product_kind -> Text,
        laboratory_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    programme_event (programme_id, ordinal) {
        programme_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        account_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    programme_frame (id) {
        id -> Uuid,
        programme_id -> Uuid,
        target_id -> Uuid,
        taken_at -> Timestamptz,
        query -> Jsonb,
        rows -> Int4,
        sha256 -> Bytea,
        content -> Text,
        identities -> Text,
    }
}

diesel::table! {
    programme_target (id) {
        id -> Uuid,
        programme_id -> Uuid,
        region -> Text,
        product_kind -> Nullable<Text>,
        product_class -> Nullable<Text>,
        role -> Text,
        samples -> Int4,
        operators -> Nullable<Int4>,
        laboratory_id -> Nullable<Uuid>,
        sampler_id -> Nullable<Uuid>,
        due_on -> Date,
        taken -> Int4,
        finished -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    published_figure (id) {
        id -> Int8,
        region -> Text,
        year -> Int4,
        figure -> Text,
        value -> Int8,
        source -> Text,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
    }
}

diesel::table! {
    push_key (id) {
        id -> Int4,
        public_key -> Bytea,
        secret -> Bytea,
        secret_kid -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    push_message (id) {
        id -> Uuid,
        subscription_id -> Uuid,
        account_id -> Uuid,
        consultation_id -> Nullable<Uuid>,
        talk_after -> Int8,
        talk_to -> Int8,
        notes_after -> Int8,
        notes_to -> Int8,
        state -> Text,
        attempts -> Int4,
        since -> Timestamptz,
        next_attempt_at -> Timestamptz,
        status -> Nullable<Int4>,
        error -> Nullable<Text>,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    push_subscription (id) {
        id -> Uuid,
        account_id -> Uuid,
        session_id -> Uuid,
        endpoint -> Text,
        public_key -> Bytea,
        auth -> Bytea,
        user_agent -> Nullable<Text>,
        created_at -> Timestamptz,
        delivered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    push_waiting (account_id, consultation_id) {
        account_id -> Uuid,
        consultation_id -> Uuid,
        talk_after -> Int8,
        talk_to -> Int8,
        notes_after -> Int8,
        notes_to -> Int8,
        look_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    quality_alert (id) {
        id -> Uuid,
        cause -> Text,
        product_kind -> Text,
        item -> Nullable<Text>,
        region -> Text,
        state -> Text,
        nonconformities -> Int4,
        enterprises -> Int4,
        first_on -> Nullable<Date>,
        last_on -> Nullable<Date>,
        window_days -> Nullable<Int4>,
        threshold -> Nullable<Int4>,
        tested -> Nullable<Int4>,
        rate_low -> Nullable<Int4>,
        class_rate -> Nullable<Int4>,
        index_value -> Nullable<Int4>,
        rules_version -> Nullable<Text>,
        assessment_id -> Nullable<Uuid>,
        reason -> Nullable<Text>,
        outcome -> Nullable<Text>,
        opened_at -> Timestamptz,
        updated_at -> Timestamptz,
        answered_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        closed_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    quality_alert_event (alert_id, ordinal) {
        alert_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        measure_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    quality_meeting (alert_id) {
        alert_id -> Uuid,
        held_on -> Date,
        participants -> Array<Text>,
        findings -> Text,
        measures -> Text,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    quick_calibration (device_id, ordinal) {
        device_id -> Uuid,
        ordinal -> Int4,
        calibrated_on -> Date,
        calibrated_until -> Date,
        certificate_no -> Nullable<Text>,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
        annulled_at -> Nullable<Timestamptz>,
        annulled_by -> Nullable<Uuid>,
        annul_reason -> Nullable<Text>,
    }
}

diesel::table! {
    quick_device (id) {
        id -> Uuid,
        name -> Text,
        model -> Nullable<Text>,
        serial_no -> Text,
        region -> Text,
        active -> Bool,
        created_by -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    quick_test (inspection_id, event) {
        inspection_id -> Uuid,
        event -> Int4,
        device_id -> Uuid,
        tested_on -> Date,
        calibrated_until -> Date,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
    }
}

diesel::table! {
    recording (id) {
        id -> Uuid,
        inspection_id -> Uuid,
        channel -> Text,
        device_id -> Text,
        nonce -> Bytea,
        rules_version -> Text,
        began_by -> Uuid,
        began_at -> Timestamptz,
        nonce_until -> Timestamptz,
        clock_offset -> Int8,
        declared_segments -> Nullable<Int4>,
        closed_at -> Nullable<Timestamptz>,
        erased_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    recording_external (id) {
        id -> Uuid,
        inspection_id -> Uuid,
        system -> Text,
        reference -> Text,
        from_at -> Timestamptz,
        until_at -> Timestamptz,
        shots -> Array<Text>,
        named_by -> Uuid,
        named_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Uuid>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    recording_segment (id) {
        id -> Uuid,
        recording_id -> Uuid,
        seq -> Int4,
        sha256 -> Bytea,
        previous_sha256 -> Bytea,
        content_type -> Text,
        size -> Int8,
        starts_device -> Timestamptz,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        received_at -> Timestamptz,
        latitude -> Nullable<Float8>,
        longitude -> Nullable<Float8>,
        accuracy -> Nullable<Float8>,
        shots -> Array<Text>,
        flags -> Array<Text>,
        attachment_id -> Uuid,
        blurred_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    recording_summary (inspection_id) {
        inspection_id -> Uuid,
        chain -> Text,
        recordings -> Int4,
        segments -> Int4,
        seconds -> Int8,
        shots_missing -> Int4,
        gaps -> Int4,
        late -> Int4,
        flagged -> Int4,
        custody_flags -> Int4,
        began_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    recording_view (id) {
        id -> Uuid,
        inspection_id -> Uuid,
        account_id -> Uuid,
        role -> Text,
        reason -> Text,
        originals -> Bool,
        at -> Timestamptz,
        until -> Timestamptz,
    }
}

diesel::table! {
    recovery_code (account_id, hash) {
        account_id -> Uuid,
        hash -> Bytea,
        created_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_token (hash) {
        hash -> Bytea,
        session_id -> Uuid,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    region (code) {
        code -> Text,
        name -> Text,
        level -> Text,
        parent -> Nullable<Text>,
    }
}

diesel::table! {
    region_figure (region, figure) {
        region -> Text,
        figure -> Text,
        value -> Int8,
    }
}

diesel::table! {
    region_scope (scope, region) {
        scope -> Text,
        region -> Text,
    }
}

diesel::table! {
    remediation_case (id) {
        id -> Uuid,
        nonconformity_id -> Uuid,
        enterprise_id -> Uuid,
        state -> Text,
        rule_version -> Text,
        ordered_on -> Nullable<Date>,
        rectify_by -> Nullable<Date>,
        reinspect_by -> Nullable<Date>,
        reinspected_on -> Nullable<Date>,
        reinspected_by -> Nullable<Uuid>,
        cleared_at -> Nullable<Timestamptz>,
        cleared_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        stopped_on -> Nullable<Date>,
        received_on -> Nullable<Date>,
        corrected_on -> Nullable<Date>,
        held_by -> Nullable<Text>,
        announced_on -> Nullable<Date>,
        second_from -> Nullable<Date>,
        second_by -> Nullable<Date>,
        suspended_until -> Nullable<Date>,
        handled_in -> Nullable<Text>,
        handed_over_by -> Array<Text>,
        region -> Text,
        first_passed -> Nullable<Bool>,
        outcome_experts -> Array<Uuid>,
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    replaceable_schema (single) {
        single -> Bool,
        sha256 -> Bytea,
        replaced_at -> Timestamptz,
    }
}

diesel::table! {
    response_event (consultation_id, kind, cycle, event) {
        consultation_id -> Uuid,
        kind -> Text,
        cycle -> Int4,
        event -> Text,
        at -> Timestamptz,
        noted_at -> Timestamptz,
    }
}

diesel::table! {
    response_mail (account_id) {
        account_id -> Uuid,
        sent_at -> Timestamptz,
    }
}

diesel::table! {
    response_notice (account_id, consultation_id, kind, cycle, event) {
        account_id -> Uuid,
        consultation_id -> Uuid,
        kind -> Text,
        cycle -> Int4,
        event -> Text,
        due_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    response_target (consultation_id, kind, cycle) {
        consultation_id -> Uuid,
        kind -> Text,
        cycle -> Int4,
        urgency -> Text,
        state -> Text,
        started_at -> Timestamptz,
        due_at -> Nullable<Timestamptz>,
        hours -> Text,
        allowed_seconds -> Int8,
        counted_seconds -> Int8,
        pauses -> Int4,
        warned_at -> Nullable<Timestamptz>,
        breached_at -> Nullable<Timestamptz>,
        met_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    response_watch (consultation_id) {
        consultation_id -> Uuid,
        seen_at -> Nullable<Timestamptz>,
        event_seq -> Int4,
        talk_seq -> Int8,
        statutory_due -> Nullable<Date>,
        progress -> Jsonb,
        open -> Bool,
        next_at -> Nullable<Timestamptz>,
        looked_at -> Timestamptz,
    }
}

diesel::table! {
    retention_hold (id) {
        id -> Uuid,
        target -> Text,
        enterprise_id -> Uuid,
        case_id -> Nullable<Uuid>,
        nonconformity_id -> Nullable<Uuid>,
        consultation_id -> Nullable<Uuid>,
        reason -> Text,
        until_day -> Nullable<Date>,
        set_by -> Uuid,
        set_at -> Timestamptz,
        released_by -> Nullable<Uuid>,
        released_at -> Nullable<Timestamptz>,
        release_reason -> Nullable<Text>,
    }
}

diesel::table! {
    retention_run (id) {
        id -> Uuid,
        day -> Date,
        kind -> Text,
        period -> Int4,
        rows -> Int8,
        bytes -> Int8,
        began_at -> Timestamptz,
        ended_at -> Timestamptz,
    }
}

diesel::table! {
    risk_cell (day, window_days, product_kind, region) {
        day -> Date,
        window_days -> Int4,
        product_kind -> Text,
        region -> Text,
        place -> Int4,
        tested -> Int4,
        failed -> Int4,
        tested_before -> Int4,
        failed_before -> Int4,
        class_rate -> Int4,
        rate -> Int4,
        rate_before -> Int4,
        rate_low -> Int4,
        rate_high -> Int4,
        severity -> Int4,
        assessment_id -> Nullable<Uuid>,
        signals -> Jsonb,
        signal_count -> Int4,
        part_rate -> Int4,
        part_severity -> Int4,
        part_trend -> Int4,
        part_signals -> Int4,
        index_value -> Int4,
    }
}

diesel::table! {
    risk_change (id) {
        id -> Int8,
    }
}

diesel::table! {
    risk_day (day, window_days) {
        day -> Date,
        window_days -> Int4,
        rules_version -> Text,
        first_window -> Bool,
        counted_at -> Timestamptz,
        raised_at -> Nullable<Timestamptz>,
        cells -> Int4,
    }
}

diesel::table! {
    risk_digest (account_id) {
        account_id -> Uuid,
        wanted -> Bool,
        sent_for -> Nullable<Date>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    risk_source_note (id) {
        id -> Int8,
        origin -> Text,
        origin_id -> Uuid,
    }
}

diesel::table! {
    sample_custody (id) {
        id -> Uuid,
        inspection_id -> Uuid,
        ordinal -> Int4,
        part -> Text,
        step -> Nullable<Text>,
        annuls -> Nullable<Int4>,
        began_at -> Nullable<Timestamptz>,
        at -> Timestamptz,
        giver -> Nullable<Text>,
        taker -> Nullable<Text>,
        place -> Nullable<Text>,
        seals -> Array<Text>,
        seals_whole -> Bool,
        reason -> Nullable<Text>,
        witness -> Nullable<Text>,
        recording_id -> Nullable<Uuid>,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    sampling_fact (inspection_id) {
        inspection_id -> Uuid,
        region -> Text,
        year -> Int4,
        month -> Text,
        method -> Text,
        level -> Text,
        role -> Text,
        product_class -> Nullable<Text>,
        product_kind -> Nullable<Text>,
        laboratory_id -> Nullable<Uuid>,
        programme_id -> Nullable<Uuid>,
        operator -> Text,
        result -> Nullable<Text>,
        sampled -> Bool,
        is_final -> Bool,
        confirmation -> Nullable<Text>,
        contested -> Bool,
        overturned -> Bool,
        label -> Nullable<Text>,
        after_quick -> Nullable<Text>,
        steps -> Int4,
        late_steps -> Int4,
        days_sample -> Nullable<Int4>,
        days_report -> Nullable<Int4>,
        days_delivery -> Nullable<Int4>,
        days_final -> Nullable<Int4>,
        minutes -> Nullable<Int4>,
    }
}

diesel::table! {
    sampling_list (id) {
        id -> Uuid,
        requested_by -> Nullable<Uuid>,
        region -> Text,
        source -> Text,
        file_name -> Text,
        file -> Nullable<Bytea>,
        sha256 -> Bytea,
        dry_run -> Bool,
        defaults -> Jsonb,
        state -> Text,
        attempts -> Int4,
        total -> Nullable<Int4>,
        processed -> Int4,
        rows -> Int4,
        inserted -> Int4,
        updated -> Int4,
        unchanged -> Int4,
        rejected -> Int4,
        not_records -> Int4,
        samples -> Int4,
        header -> Nullable<Jsonb>,
        warnings -> Nullable<Jsonb>,
        problem -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        file_until -> Nullable<Timestamptz>,
        check_id -> Nullable<Uuid>,
        withdrawal -> Nullable<Jsonb>,
    }
}

diesel::table! {
    sampling_list_proposal (id) {
        id -> Uuid,
        import_id -> Uuid,
        row_no -> Int4,
        inspection_id -> Uuid,
        party -> Text,
        name -> Text,
        region -> Nullable<Text>,
        scope -> Text,
        enterprise_id -> Uuid,
        likeness -> Text,
        state -> Text,
        chosen_id -> Nullable<Uuid>,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sampling_list_rejection (import_id, row_no, ordinal) {
        import_id -> Uuid,
        row_no -> Int4,
        ordinal -> Int4,
        field -> Text,
        value -> Text,
        code -> Text,
        reason_zh -> Text,
        reason_en -> Text,
        cells -> Nullable<Jsonb>,
        marks -> Nullable<Text>,
    }
}

diesel::table! {
    sampling_list_row (import_id, row_no) {
        import_id -> Uuid,
        row_no -> Int4,
        inspection_id -> Uuid,
        outcome -> Text,
        version -> Int4,
        digest -> Bytea,
    }
}

diesel::table! {
    sampling_operator (scope, year, method, operator) {
        scope -> Text,
        year -> Int4,
        method -> Text,
        operator -> Text,
        drawn -> Int8,
        tested -> Int8,
    }
}

diesel::table! {
    sampling_stale (id) {
        id -> Int8,
        inspection_id -> Uuid,
    }
}

diesel::table! {
    sampling_sum (scope, year, method, dimension, key, figure) {
        scope -> Text,
        year -> Int4,
        method -> Text,
        dimension -> Text,
        key -> Text,
        figure -> Text,
        value -> Int8,
    }
}

diesel::table! {
    saved_filter (id) {
        id -> Uuid,
        account_id -> Uuid,
        page -> Text,
        name -> Text,
        query -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    search_character (ch) {
        ch -> Text,
        folded -> Text,
        firsts -> Text,
        readings -> Text,
    }
}

diesel::table! {
    search_posting (token, block) {
        token -> Int8,
        block -> Int4,
        places -> Bytea,
    }
}

diesel::table! {
    search_progress (single) {
        single -> Bool,
        version -> Int4,
        next_n -> Int8,
        open -> Int4,
    }
}

diesel::table! {
    search_recent (token, n) {
        token -> Int8,
        n -> Int8,
    }
}

diesel::table! {
    search_run (n) {
        n -> Int8,
        consultation_id -> Uuid,
        stream -> Text,
        seq -> Int8,
        messages -> Int4,
    }
}

diesel::table! {
    search_table (single) {
        single -> Bool,
        sha256 -> Bytea,
    }
}

diesel::table! {
    shared_event (id) {
        id -> Int8,
        tx -> Int8,
        server -> Int8,
        event -> Jsonb,
        at -> Timestamptz,
    }
}

diesel::table! {
    signal (id) {
        id -> Uuid,
        source -> Text,
        external_id -> Text,
        url -> Nullable<Text>,
        published_on -> Date,
        observed_on -> Date,
        region -> Nullable<Text>,
        product_kind -> Nullable<Text>,
        enterprise_id -> Nullable<Uuid>,
        scope -> Text,
        home -> Text,
        named -> Jsonb,
        barcode -> Nullable<Text>,
        hazard -> Nullable<Text>,
        severity -> Nullable<Int4>,
        title -> Text,
        text -> Text,
        reliability -> Text,
        match_confidence -> Int4,
        matched_by -> Nullable<Text>,
        match_reasons -> Jsonb,
        state -> Text,
        merged_into -> Nullable<Uuid>,
        doubles -> Int4,
        bands -> Nullable<Array<Int8>>,
        doubles_checked -> Bool,
        triaged_at -> Nullable<Timestamptz>,
        erased_at -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        search_text -> Text,
        search_pieces -> Array<Int4>,
    }
}

diesel::table! {
    signal_event (signal_id, ordinal) {
        signal_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        actor_role -> Text,
        reason -> Nullable<Text>,
        details -> Jsonb,
    }
}

diesel::table! {
    signal_feed (id) {
        id -> Uuid,
        region -> Text,
        name -> Text,
        url -> Text,
        source -> Text,
        reliability -> Text,
        paused -> Bool,
        etag -> Nullable<Text>,
        last_modified -> Nullable<Text>,
        last_at -> Nullable<Timestamptz>,
        last_status -> Nullable<Int4>,
        last_error -> Nullable<Text>,
        last_items -> Nullable<Int4>,
        last_new -> Nullable<Int4>,
        failures -> Int4,
        next_at -> Timestamptz,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    signal_import (id) {
        id -> Uuid,
        requested_by -> Nullable<Uuid>,
        region -> Text,
        file_name -> Text,
        file -> Nullable<Bytea>,
        sha256 -> Bytea,
        dry_run -> Bool,
        defaults -> Jsonb,
        state -> Text,
        attempts -> Int4,
        total -> Nullable<Int4>,
        processed -> Int4,
        rows -> Int4,
        inserted -> Int4,
        updated -> Int4,
        unchanged -> Int4,
        rejected -> Int4,
        not_records -> Int4,
        header -> Nullable<Jsonb>,
        warnings -> Nullable<Jsonb>,
        problem -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        file_until -> Nullable<Timestamptz>,
        check_id -> Nullable<Uuid>,
        withdrawal -> Nullable<Jsonb>,
    }
}

diesel::table! {
    signal_import_rejection (import_id, row_no, ordinal) {
        import_id -> Uuid,
        row_no -> Int4,
        ordinal -> Int4,
        field -> Text,
        value -> Text,
        code -> Text,
        reason_zh -> Text,
        reason_en -> Text,
        cells -> Nullable<Jsonb>,
        marks -> Nullable<Text>,
    }
}

diesel::table! {
    signal_import_row (import_id, row_no) {
        import_id -> Uuid,
        row_no -> Int4,
        signal_id -> Uuid,
        outcome -> Text,
        version -> Int4,
        before -> Nullable<Jsonb>,
    }
}

diesel::table! {
    signal_use (signal_id, used_in) {
        signal_id -> Uuid,
        used_in -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    support_amount (id) {
        id -> Uuid,
        programme_id -> Uuid,
        kind -> Text,
        description -> Text,
        amount_fen -> Int8,
        on_day -> Date,
        hospital -> Nullable<Text>,
        paid_by -> Nullable<Text>,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
        reversed_by -> Nullable<Uuid>,
        reversed_at -> Nullable<Timestamptz>,
        reverse_reason -> Nullable<Text>,
    }
}

diesel::table! {
    support_baseline (programme_id) {
        programme_id -> Uuid,
        day -> Date,
        from_day -> Date,
        nonconforming -> Int8,
        tested -> Int8,
        rest_nonconforming -> Int8,
        rest_tested -> Int8,
        beside -> Text,
        regions -> Array<Text>,
        kinds -> Array<Text>,
        province -> Text,
        own_laboratories -> Array<Uuid>,
        left_out -> Int8,
        diagnosis -> Jsonb,
        claimed_by -> Jsonb,
        frozen_by -> Uuid,
        frozen_at -> Timestamptz,
    }
}

diesel::table! {
    support_evaluation (programme_id, ordinal) {
        programme_id -> Uuid,
        ordinal -> Int4,
        from_day -> Date,
        day -> Date,
        nonconforming -> Int8,
        tested -> Int8,
        rest_nonconforming -> Int8,
        rest_tested -> Int8,
        target_hundredths -> Int4,
        target_samples -> Int4,
        verdict -> Text,
        recovered -> Int8,
        cost_fen -> Int8,
        note -> Nullable<Text>,
        evaluated_by -> Uuid,
        evaluated_at -> Timestamptz,
    }
}

diesel::table! {
    support_kind (programme_id, product_kind) {
        programme_id -> Uuid,
        product_kind -> Text,
    }
}

diesel::table! {
    support_measure (id) {
        id -> Uuid,
        programme_id -> Uuid,
        kind -> Text,
        description -> Text,
        hospital -> Nullable<Text>,
        carried_by -> Nullable<Text>,
        starts_on -> Date,
        ends_on -> Date,
        state -> Text,
        begun_on -> Nullable<Date>,
        done_on -> Nullable<Date>,
        reason -> Nullable<Text>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    support_programme (programme_id) {
        programme_id -> Uuid,
        rules_version -> Text,
        lead_hospital -> Text,
        partners -> Array<Text>,
        target_hundredths -> Nullable<Int4>,
        target_samples -> Nullable<Int4>,
        baseline_months -> Int4,
        overlap_reason -> Nullable<Text>,
        recusal -> Nullable<Text>,
        verified_by -> Nullable<Text>,
        verdict -> Nullable<Text>,
        evaluated_on -> Nullable<Date>,
    }
}

diesel::table! {
    support_region (programme_id, region) {
        programme_id -> Uuid,
        region -> Text,
    }
}

diesel::table! {
    training (id) {
        id -> Uuid,
        region -> Text,
        programme_id -> Nullable<Uuid>,
        topic -> Text,
        state -> Text,
        on_day -> Date,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        place -> Nullable<Text>,
        online_url -> Nullable<Text>,
        product_kinds -> Array<Text>,
        quiz -> Bool,
        code_secret -> Bytea,
        invited -> Int4,
        attended -> Int4,
        news_reason -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        search_text -> Text,
        search_readings -> Text,
    }
}

diesel::table! {
    training_attendee (training_id, enterprise_id) {
        training_id -> Uuid,
        enterprise_id -> Uuid,
        invited -> Bool,
        outside_cohort -> Bool,
        attended_at -> Nullable<Timestamptz>,
        by_code -> Bool,
        marked_by -> Nullable<Uuid>,
        reason -> Nullable<Text>,
        quiz -> Nullable<Int4>,
        told_at -> Nullable<Timestamptz>,
        news -> Bool,
    }
}

diesel::table! {
    unread_mail (account_id) {
        account_id -> Uuid,
        sent_at -> Nullable<Timestamptz>,
        seen_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    unread_waiting (account_id, consultation_id) {
        account_id -> Uuid,
        consultation_id -> Uuid,
        since -> Timestamptz,
        talk_after -> Int8,
        talk_to -> Int8,
        notes_after -> Int8,
        notes_to -> Int8,
    }
}

diesel::table! {
    unread_watch (consultation_id) {
        consultation_id -> Uuid,
        talk_seq -> Int8,
        notes_seq -> Int8,
    }
}

diesel::table! {
    uscc_admission (id) {
        id -> Uuid,
        uscc -> Text,
        fault -> Text,
        region -> Text,
        reason -> Text,
        checked_in -> Text,
        admitted_by -> Uuid,
        admitted_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_by -> Nullable<Uuid>,
        withdrawn_reason -> Nullable<Text>,
    }
}

diesel::table! {
    visit (engagement_id) {
        engagement_id -> Uuid,
        agenda -> Nullable<Text>,
        proposal -> Int4,
        confirmed_at -> Nullable<Timestamptz>,
        started_device_at -> Nullable<Timestamptz>,
        held_device_at -> Nullable<Timestamptz>,
        minutes -> Nullable<Text>,
        minutes_by -> Nullable<Uuid>,
        minutes_at -> Nullable<Timestamptz>,
        expert_confirmed_at -> Nullable<Timestamptz>,
        expert_confirmed_by -> Nullable<Uuid>,
        enterprise_confirmed_at -> Nullable<Timestamptz>,
        enterprise_confirmed_by -> Nullable<Uuid>,
        enterprise_words -> Nullable<Text>,
        satisfaction -> Nullable<Int4>,
        next_on -> Nullable<Date>,
        no_show_by -> Nullable<Text>,
        reminded_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    visit_nonconformity (engagement_id, nonconformity_id) {
        engagement_id -> Uuid,
        nonconformity_id -> Uuid,
    }
}

diesel::table! {
    visit_slot (id) {
        id -> Uuid,
        engagement_id -> Uuid,
        proposal -> Int4,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        chosen -> Bool,
    }
}

diesel::table! {
    voucher (id) {
        id -> Uuid,
        issue_id -> Uuid,
        ordinal -> Int4,
        row_id -> Text,
        enterprise_id -> Uuid,
        amount_fen -> Int8,
        rest_fen -> Int8,
        state -> Text,
        expires_on -> Date,
        won_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    voucher_application (issue_id, enterprise_id) {
        issue_id -> Uuid,
        enterprise_id -> Uuid,
        applied_by -> Uuid,
        applied_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
        row_id -> Nullable<Text>,
        left_out -> Nullable<Text>,
    }
}

diesel::table! {
    voucher_code (hash) {
        hash -> Bytea,
        voucher_id -> Uuid,
        given_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        replaced_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    voucher_entry (id) {
        id -> Uuid,
        voucher_id -> Uuid,
        ordinal -> Int4,
        kind -> Text,
        amount_fen -> Int8,
        hospital -> Nullable<Text>,
        laboratory_id -> Nullable<Uuid>,
        service -> Nullable<Text>,
        report_no -> Nullable<Text>,
        reason -> Nullable<Text>,
        reverses -> Nullable<Uuid>,
        account_id -> Nullable<Uuid>,
        at -> Timestamptz,
    }
}

diesel::table! {
    voucher_issue (id) {
        id -> Uuid,
        name -> Text,
        region -> Text,
        programme_id -> Nullable<Uuid>,
        budget_fen -> Int8,
        limit_fen -> Int8,
        product_kinds -> Array<Text>,
        hospitals -> Array<Text>,
        apply_from -> Date,
        apply_until -> Date,
        valid_until -> Date,
        seed_event -> Nullable<Text>,
        state -> Text,
        salt -> Bytea,
        frame -> Nullable<Text>,
        frame_sha256 -> Nullable<Bytea>,
        frame_rows -> Nullable<Int4>,
        framed_at -> Nullable<Timestamptz>,
        seed -> Nullable<Bytea>,
        drawn_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        withdrawn_reason -> Nullable<Text>,
        created_by -> Uuid,
        approved_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    voucher_issue_event (issue_id, ordinal) {
        issue_id -> Uuid,
        ordinal -> Int4,
        step -> Text,
        from_state -> Nullable<Text>,
        to_state -> Text,
        reason -> Nullable<Text>,
        account_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    voucher_tier (issue_id, ordinal) {
        issue_id -> Uuid,
        ordinal -> Int4,
        amount_fen -> Int8,
        count -> Int4,
    }
}

diesel::table! {
    webhook (id) {
        id -> Uuid,
        account_id -> Uuid,
        region -> Text,
        url -> Text,
        description -> Text,
        events -> Array<Text>,
        state -> Text,
        disabled_reason -> Nullable<Text>,
        disabled_at -> Nullable<Timestamptz>,
        failing_since -> Nullable<Timestamptz>,
        secret -> Bytea,
        secret_kid -> Text,
        old_secret -> Nullable<Bytea>,
        old_secret_kid -> Nullable<Text>,
        old_secret_until -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_attempt (delivery_id, ordinal) {
        delivery_id -> Uuid,
        ordinal -> Int4,
        at -> Timestamptz,
        status -> Nullable<Int4>,
        error -> Nullable<Text>,
        answer -> Nullable<Text>,
        took_ms -> Int4,
    }
}

diesel::table! {
    webhook_delivery (id) {
        id -> Uuid,
        webhook_id -> Uuid,
        event -> Text,
        subject -> Text,
        subject_id -> Uuid,
        at -> Timestamptz,
        data -> Jsonb,
        state -> Text,
        attempts -> Int4,
        tries -> Int4,
        since -> Timestamptz,
        next_attempt_at -> Timestamptz,
        claimed_until -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    wrong_proof (account_id, source) {
        account_id -> Uuid,
        tries -> Int4,
        wait_until -> Nullable<Timestamptz>,
        source -> Text,
        tried_at -> Timestamptz,
    }
}

diesel::table! {
    zero_out_import (id) {
        id -> Uuid,
        requested_by -> Nullable<Uuid>,
        region -> Nullable<Text>,
        file_name -> Text,
        file -> Nullable<Bytea>,
        sha256 -> Bytea,
        dry_run -> Bool,
        state -> Text,
        total -> Nullable<Int4>,
        processed -> Int4,
        attempts -> Int4,
        rows -> Int4,
        inserted -> Int4,
        updated -> Int4,
        unchanged -> Int4,
        rejected -> Int4,
        header -> Nullable<Jsonb>,
        warnings -> Nullable<Jsonb>,
        problem -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        enterprises -> Nullable<Array<Uuid>>,
        check_id -> Nullable<Uuid>,
        file_until -> Nullable<Timestamptz>,
        merge_no -> Nullable<Int8>,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_by -> Nullable<Uuid>,
        withdrawn_reason -> Nullable<Text>,
        not_records -> Int4,
    }
}

diesel::table! {
    zero_out_listed (import_id, enterprise_id) {
        import_id -> Uuid,
        enterprise_id -> Uuid,
        fresh -> Bool,
        before -> Nullable<Jsonb>,
        after -> Nullable<Jsonb>,
    }
}

diesel::table! {
    zero_out_rejection (import_id, row_no, ordinal) {
        import_id -> Uuid,
        row_no -> Int4,
        ordinal -> Int4,
        field -> Text,
        value -> Text,
        code -> Text,
        reason_zh -> Text,
        reason_en -> Text,
        cells -> Nullable<Jsonb>,
        marks -> Nullable<Text>,
    }
}

diesel::table! {
    zero_out_row (import_id, row_no) {
        import_id -> Uuid,
        row_no -> Int4,
        enterprise_id -> Uuid,
        nonconformity_id -> Uuid,
        fresh -> Bool,
        case_id -> Nullable<Uuid>,
        case_opened -> Bool,
        case_version -> Nullable<Int4>,
        before -> Nullable<Jsonb>,
        after -> Nullable<Jsonb>,
        outcome -> Text,
    }
}

diesel::table! {
    zero_out_withdrawal (import_id) {
        import_id -> Uuid,
        requested_by -> Nullable<Uuid>,
        reason -> Text,
        state -> Text,
        attempts -> Int4,
        phase -> Nullable<Text>,
        done -> Int4,
        total -> Int4,
        problem -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(account -> enterprise (enterprise_id));
diesel::joinable!(account -> expert (expert_id));
diesel::joinable!(account -> region (region));
diesel::joinable!(account_identity -> account (account_id));
diesel::joinable!(account_invitation -> enterprise (enterprise_id));
diesel::joinable!(account_invitation -> laboratory (laboratory_id));
diesel::joinable!(account_invitation -> region (region));
diesel::joinable!(account_totp -> account (account_id));
diesel::joinable!(api_key -> region (region));
diesel::joinable!(assessment -> product_kind (product_kind));
diesel::joinable!(assessment -> region (region));
diesel::joinable!(assessment_event -> account (account_id));
diesel::joinable!(assessment_event -> assessment (assessment_id));
diesel::joinable!(assessment_evidence -> assessment (assessment_id));
diesel::joinable!(assessment_evidence -> attachment (attachment_id));
diesel::joinable!(assessment_evidence -> inspection (inspection_id));
diesel::joinable!(assessment_evidence -> signal (signal_id));
diesel::joinable!(attachment -> account (owner_id));
diesel::joinable!(attachment -> consultation (consultation_id));
diesel::joinable!(attachment -> recording (recording_id));
diesel::joinable!(attachment -> remediation_case (case_id));
diesel::joinable!(attachment_upload -> account (owner_id));
diesel::joinable!(attachment_upload -> attachment (attachment_id));
diesel::joinable!(attachment_upload_part -> attachment_upload (upload_id));
diesel::joinable!(bulletin -> programme (programme_id));
diesel::joinable!(bulletin_event -> account (account_id));
diesel::joinable!(bulletin_event -> bulletin (bulletin_id));
diesel::joinable!(bulletin_item -> bulletin (bulletin_id));
diesel::joinable!(bulletin_item -> inspection (inspection_id));
diesel::joinable!(calendar_feed -> account (account_id));
diesel::joinable!(campaign -> account (created_by));
diesel::joinable!(campaign -> programme (programme_id));
diesel::joinable!(campaign_check -> campaign_subject (subject_id));
diesel::joinable!(campaign_check -> inspection (inspection_id));
diesel::joinable!(campaign_import -> account (requested_by));
diesel::joinable!(campaign_import -> campaign (programme_id));
diesel::joinable!(campaign_import -> region (region));
diesel::joinable!(campaign_import_rejection -> campaign_import (import_id));
diesel::joinable!(campaign_import_row -> campaign_import (import_id));
diesel::joinable!(campaign_import_row -> campaign_subject (subject_id));
diesel::joinable!(campaign_school -> campaign (programme_id));
diesel::joinable!(campaign_school -> region (region));
diesel::joinable!(campaign_subject -> account (entered_by));
diesel::joinable!(campaign_subject -> campaign (programme_id));
diesel::joinable!(campaign_subject -> campaign_school (school_id));
diesel::joinable!(campaign_subject -> enterprise (enterprise_id));
diesel::joinable!(campaign_subject -> region (region));
diesel::joinable!(canned_reply -> account (account_id));
diesel::joinable!(canned_reply -> product_hospital (hospital));
diesel::joinable!(case_action -> consultation (consultation_id));
diesel::joinable!(case_action -> expert (advised_by));
diesel::joinable!(case_action -> remediation_case (case_id));
diesel::joinable!(case_advice -> consultation (consultation_id));
diesel::joinable!(case_criterion -> account (decided_by));
diesel::joinable!(case_criterion -> case_evidence (evidence_id));
diesel::joinable!(case_criterion -> remediation_case (case_id));
diesel::joinable!(case_event_file -> attachment (attachment_id));
diesel::joinable!(case_evidence -> account (submitted_by));
diesel::joinable!(case_evidence -> case_action (action_id));
diesel::joinable!(case_evidence -> remediation_case (case_id));
diesel::joinable!(case_evidence_file -> attachment (attachment_id));
diesel::joinable!(case_evidence_file -> case_evidence (evidence_id));
diesel::joinable!(case_past -> remediation_case (case_id));
diesel::joinable!(chat_read -> account (account_id));
diesel::joinable!(chat_stream -> consultation (consultation_id));
diesel::joinable!(circuit_member -> account (added_by));
diesel::joinable!(circuit_member -> circuit_round (round_id));
diesel::joinable!(circuit_member -> enterprise (enterprise_id));
diesel::joinable!(circuit_member -> expert (expert_id));
diesel::joinable!(circuit_member -> programme (programme_id));
diesel::joinable!(circuit_member_event -> account (account_id));
diesel::joinable!(circuit_member_event -> circuit_member (member_id));
diesel::joinable!(circuit_point -> account (entered_by));
diesel::joinable!(circuit_point -> enterprise (enterprise_id));
diesel::joinable!(circuit_round -> account (created_by));
diesel::joinable!(circuit_round -> programme (programme_id));
diesel::joinable!(circuit_round -> region (region));
diesel::joinable!(circuit_round_event -> account (account_id));
diesel::joinable!(circuit_round_event -> circuit_round (round_id));
diesel::joinable!(circuit_stop -> circuit_member (member_id));
diesel::joinable!(circuit_stop -> circuit_round (round_id));
diesel::joinable!(circuit_stop -> expert (expert_id));
diesel::joinable!(commitment -> conduct (conduct_id));
diesel::joinable!(commitment -> engagement (id));
diesel::joinable!(commitment -> enterprise (enterprise_id));
diesel::joinable!(commitment -> product_kind (product_kind));
diesel::joinable!(commitment -> programme (programme_id));
diesel::joinable!(commitment -> region (region));
diesel::joinable!(commitment -> remediation_case (case_id));
diesel::joinable!(commitment_promise -> case_action (action_id));
diesel::joinable!(commitment_promise -> commitment (commitment_id));
diesel::joinable!(conduct -> account (entered_by));
diesel::joinable!(conduct -> conduct_fact (fact_id));
diesel::joinable!(conduct -> conduct_line (line_id));
diesel::joinable!(conduct -> enterprise (enterprise_id));
diesel::joinable!(conduct -> inspection (inspection_id));
diesel::joinable!(conduct -> region (authority_region));
diesel::joinable!(conduct -> remediation_case (case_id));
diesel::joinable!(conduct_event -> account (actor_id));
diesel::joinable!(conduct_event -> conduct (conduct_id));
diesel::joinable!(conduct_event -> region (actor_region));
diesel::joinable!(conduct_fact_key -> conduct_fact (fact_id));
diesel::joinable!(conduct_file -> attachment (attachment_id));
diesel::joinable!(conduct_file -> conduct (conduct_id));
diesel::joinable!(conduct_line -> enterprise (enterprise_id));
diesel::joinable!(conduct_line -> product_kind (product_kind));
diesel::joinable!(conduct_past -> conduct (conduct_id));
diesel::joinable!(conduct_reminder -> conduct (conduct_id));
diesel::joinable!(conduct_source_entry -> conduct (conduct_id));
diesel::joinable!(conduct_source_entry -> enterprise (enterprise_id));
diesel::joinable!(consultation -> account (opened_by));
diesel::joinable!(consultation -> enterprise (enterprise_id));
diesel::joinable!(consultation -> expert (expert_id));
diesel::joinable!(consultation -> nonconformity (nonconformity_id));
diesel::joinable!(consultation -> product_kind (product_kind));
diesel::joinable!(consultation_conclusion -> consultation (consultation_id));
diesel::joinable!(consultation_draft -> account (account_id));
diesel::joinable!(consultation_draft -> consultation (consultation_id));
diesel::joinable!(consultation_event -> consultation (consultation_id));
diesel::joinable!(consultation_invitation -> account (invited_by));
diesel::joinable!(consultation_invitation -> consultation (consultation_id));
diesel::joinable!(consultation_invitation -> expert (expert_id));
diesel::joinable!(consultation_link -> account (added_by));
diesel::joinable!(consultation_merge -> account (merged_by));
diesel::joinable!(consultation_offer -> consultation (consultation_id));
diesel::joinable!(consultation_offer -> expert (expert_id));
diesel::joinable!(consultation_panel -> account (invited_by));
diesel::joinable!(consultation_panel -> consultation (consultation_id));
diesel::joinable!(consultation_panel -> expert (expert_id));
diesel::joinable!(consultation_participant -> account (account_id));
diesel::joinable!(consultation_participant -> consultation (consultation_id));
diesel::joinable!(consultation_rating_past -> consultation (consultation_id));
diesel::joinable!(consultation_rating_reminder -> consultation (consultation_id));
diesel::joinable!(consultation_tag -> product_hospital (hospital));
diesel::joinable!(consultation_tag -> region (region));
diesel::joinable!(consultation_tagging -> account (tagged_by));
diesel::joinable!(consultation_tagging -> consultation (consultation_id));
diesel::joinable!(consultation_tagging -> consultation_tag (tag_id));
diesel::joinable!(credit_code -> account (applied_by));
diesel::joinable!(credit_code -> enterprise (enterprise_id));
diesel::joinable!(credit_code -> product_kind (product_kind));
diesel::joinable!(credit_code_event -> account (account_id));
diesel::joinable!(credit_code_event -> credit_code (code_id));
diesel::joinable!(credit_code_scan -> credit_code (code_id));
diesel::joinable!(credit_code_version -> account (created_by));
diesel::joinable!(credit_code_version -> credit_code (code_id));
diesel::joinable!(credit_honour -> credit_honour_day (day));
diesel::joinable!(credit_honour -> enterprise (enterprise_id));
diesel::joinable!(credit_measure -> enterprise (enterprise_id));
diesel::joinable!(credit_regrading -> account (asked_by));
diesel::joinable!(credit_task -> account (done_by));
diesel::joinable!(credit_task -> credit_measure (measure_id));
diesel::joinable!(credit_task -> enterprise (enterprise_id));
diesel::joinable!(cross_event -> account (account_id));
diesel::joinable!(cross_event -> cross_round (round_id));
diesel::joinable!(cross_participant -> cross_round (round_id));
diesel::joinable!(cross_participant -> enterprise (enterprise_id));
diesel::joinable!(cross_product -> cross_round (round_id));
diesel::joinable!(cross_relation -> cross_participant (participant_id));
diesel::joinable!(cross_round -> account (led_by));
diesel::joinable!(cross_round -> laboratory (laboratory_id));
diesel::joinable!(cross_round -> product_hospital (hospital));
diesel::joinable!(cross_round -> product_kind (product_kind));
diesel::joinable!(cross_round -> region (region));
diesel::joinable!(deadline_notice -> remediation_case (case_id));
diesel::joinable!(engagement -> account (created_by));
diesel::joinable!(engagement -> programme (programme_id));
diesel::joinable!(engagement -> region (region));
diesel::joinable!(engagement_attendance_past -> engagement (engagement_id));
diesel::joinable!(engagement_attendance_past -> enterprise (enterprise_id));
diesel::joinable!(engagement_danger -> engagement (engagement_id));
diesel::joinable!(engagement_danger -> engagement_finding (finding_id));
diesel::joinable!(engagement_danger -> enterprise (enterprise_id));
diesel::joinable!(engagement_danger -> region (region));
diesel::joinable!(engagement_enterprise -> engagement (engagement_id));
diesel::joinable!(engagement_enterprise -> enterprise (enterprise_id));
diesel::joinable!(engagement_event -> account (actor));
diesel::joinable!(engagement_event -> engagement (engagement_id));
diesel::joinable!(engagement_expert -> engagement (engagement_id));
diesel::joinable!(engagement_expert -> expert (expert_id));
diesel::joinable!(engagement_finding -> account (created_by));
diesel::joinable!(engagement_finding -> case_action (action_id));
diesel::joinable!(engagement_finding -> engagement (engagement_id));
diesel::joinable!(engagement_finding -> enterprise (enterprise_id));
diesel::joinable!(engagement_finding -> nonconformity (nonconformity_id));
diesel::joinable!(engagement_held_past -> engagement (engagement_id));
diesel::joinable!(engagement_kind_file -> attachment (attachment_id));
diesel::joinable!(engagement_kind_file -> commitment_promise (promise_id));
diesel::joinable!(engagement_kind_file -> engagement (engagement_id));
diesel::joinable!(engagement_location -> engagement (engagement_id));
diesel::joinable!(engagement_photo -> account (added_by));
diesel::joinable!(engagement_photo -> attachment (attachment_id));
diesel::joinable!(engagement_photo -> engagement (engagement_id));
diesel::joinable!(engagement_photo -> enterprise (enterprise_id));
diesel::joinable!(engagement_photo_of -> enterprise (enterprise_id));
diesel::joinable!(enterprise_past -> enterprise (enterprise_id));
diesel::joinable!(enterprise_registration -> enterprise (enterprise_id));
diesel::joinable!(expert -> product_hospital (hospital));
diesel::joinable!(expert_conflict -> account (recorded_by));
diesel::joinable!(expert_conflict -> expert (expert_id));
diesel::joinable!(expert_refusal -> account (created_by));
diesel::joinable!(expert_refusal -> expert (expert_id));
diesel::joinable!(expert_region -> expert (expert_id));
diesel::joinable!(expert_region -> region (region));
diesel::joinable!(expert_shift -> expert (expert_id));
diesel::joinable!(expert_signed_report -> account (recorded_by));
diesel::joinable!(expert_signed_report -> expert (expert_id));
diesel::joinable!(expert_specialty -> expert (expert_id));
diesel::joinable!(expert_specialty -> product_class (product_class));
diesel::joinable!(expert_specialty -> product_kind (product_kind));
diesel::joinable!(expert_specialty_change -> expert (expert_id));
diesel::joinable!(expert_specialty_change -> product_class (product_class));
diesel::joinable!(expert_specialty_change -> product_kind (product_kind));
diesel::joinable!(follow_up -> account (held_by));
diesel::joinable!(follow_up -> engagement (id));
diesel::joinable!(follow_up -> enterprise (enterprise_id));
diesel::joinable!(follow_up -> programme (programme_id));
diesel::joinable!(follow_up -> region (region));
diesel::joinable!(follow_up -> remediation_case (case_id));
diesel::joinable!(follow_up_past -> follow_up (follow_up_id));
diesel::joinable!(hazard -> campaign (programme_id));
diesel::joinable!(hazard -> campaign_subject (subject_id));
diesel::joinable!(hazard -> enterprise (enterprise_id));
diesel::joinable!(hazard -> inspection (inspection_id));
diesel::joinable!(hazard -> product_kind (product_kind));
diesel::joinable!(hazard -> region (region));
diesel::joinable!(hazard_event -> account (account_id));
diesel::joinable!(hazard_event -> hazard (hazard_id));
diesel::joinable!(hazard_file -> attachment (attachment_id));
diesel::joinable!(hazard_file -> hazard (hazard_id));
diesel::joinable!(incoming_consultation -> api_key (api_key_id));
diesel::joinable!(incoming_consultation -> consultation (consultation_id));
diesel::joinable!(incoming_consultation -> region (region));
diesel::joinable!(inspection -> nonconformity (nonconformity_id));
diesel::joinable!(inspection -> programme (programme_id));
diesel::joinable!(inspection -> programme_target (target_id));
diesel::joinable!(inspection_challenge -> inspection (inspection_id));
diesel::joinable!(inspection_challenge -> laboratory (laboratory_id));
diesel::joinable!(inspection_event -> laboratory (actor_body));
diesel::joinable!(inspection_file -> attachment (attachment_id));
diesel::joinable!(inspection_file -> inspection (inspection_id));
diesel::joinable!(inspection_finding -> enterprise (enterprise_id));
diesel::joinable!(inspection_finding -> inspection (inspection_id));
diesel::joinable!(inspection_finding -> nonconformity (nonconformity_id));
diesel::joinable!(inspection_finding -> remediation_case (case_id));
diesel::joinable!(inspection_past -> inspection (inspection_id));
diesel::joinable!(kind_regime -> account (decided_by));
diesel::joinable!(kind_regime -> product_kind (product_kind));
diesel::joinable!(kind_review -> account (reviewed_by));
diesel::joinable!(kind_review -> product_kind (product_kind));
diesel::joinable!(knowledge_article -> consultation (consultation_id));
diesel::joinable!(knowledge_article -> expert (expert_id));
diesel::joinable!(knowledge_article -> region (region));
diesel::joinable!(knowledge_event -> account (account_id));
diesel::joinable!(knowledge_event -> knowledge_article (article_id));
diesel::joinable!(knowledge_finding -> account (decided_by));
diesel::joinable!(knowledge_finding -> knowledge_article (article_id));
diesel::joinable!(knowledge_use -> account (account_id));
diesel::joinable!(knowledge_use -> enterprise (enterprise_id));
diesel::joinable!(knowledge_use -> knowledge_article (article_id));
diesel::joinable!(knowledge_use -> nonconformity (nonconformity_id));
diesel::joinable!(knowledge_use -> product_kind (product_kind));
diesel::joinable!(knowledge_word -> knowledge_article (article_id));
diesel::joinable!(label_check -> account (checked_by));
diesel::joinable!(label_check -> inspection (inspection_id));
diesel::joinable!(label_photo -> attachment (attachment_id));
diesel::joinable!(laboratory -> account (created_by));
diesel::joinable!(laboratory -> product_hospital (hospital));
diesel::joinable!(laboratory -> region (region));
diesel::joinable!(login_session -> account (account_id));
diesel::joinable!(matching_assignment -> expert (expert_id));
diesel::joinable!(matching_assignment -> matching_plan (plan_id));
diesel::joinable!(matching_plan -> product_class (product_class));
diesel::joinable!(matching_plan -> region (region));
diesel::joinable!(matching_plan -> zero_out_import (import_id));
diesel::joinable!(matching_plan_by_hand -> account (changed_by));
diesel::joinable!(matching_plan_line -> matching_plan (plan_id));
diesel::joinable!(matching_plan_pairs -> matching_plan (plan_id));
diesel::joinable!(one_time_link -> account (account_id));
diesel::joinable!(online_session -> account (created_by));
diesel::joinable!(online_session -> attachment (recording_file));
diesel::joinable!(online_session -> region (region));
diesel::joinable!(online_session_event -> account (account_id));
diesel::joinable!(online_session_event -> online_session (session_id));
diesel::joinable!(online_session_expert -> expert (expert_id));
diesel::joinable!(online_session_expert -> online_session (session_id));
diesel::joinable!(online_session_member -> enterprise (enterprise_id));
diesel::joinable!(online_session_member -> online_session (session_id));
diesel::joinable!(online_session_question -> enterprise (enterprise_id));
diesel::joinable!(online_session_question -> online_session (session_id));
diesel::joinable!(operator_grade -> enterprise (enterprise_id));
diesel::joinable!(outreach -> engagement (id));
diesel::joinable!(outreach -> programme (programme_id));
diesel::joinable!(outreach -> region (region));
diesel::joinable!(outreach_past -> outreach (outreach_id));
diesel::joinable!(outreach_signal -> account (created_by));
diesel::joinable!(outreach_signal -> outreach (engagement_id));
diesel::joinable!(outreach_signal -> product_kind (product_kind));
diesel::joinable!(outreach_signal -> region (region));
diesel::joinable!(outreach_signal -> signal (signal_id));
diesel::joinable!(oversight -> account (created_by));
diesel::joinable!(oversight -> enterprise (enterprise_id));
diesel::joinable!(oversight -> laboratory (laboratory_id));
diesel::joinable!(oversight_basis -> oversight (oversight_id));
diesel::joinable!(oversight_event -> account (actor_id));
diesel::joinable!(oversight_event -> oversight (oversight_id));
diesel::joinable!(oversight_event -> region (actor_region));
diesel::joinable!(oversight_file -> attachment (attachment_id));
diesel::joinable!(oversight_file -> oversight (oversight_id));
diesel::joinable!(oversight_number -> region (region));
diesel::joinable!(oversight_reminder -> oversight (oversight_id));
diesel::joinable!(oversight_responsibility -> oversight (oversight_id));
diesel::joinable!(penalty -> conduct (conduct_id));
diesel::joinable!(penalty -> enterprise (enterprise_id));
diesel::joinable!(penalty -> inspection (inspection_id));
diesel::joinable!(penalty -> penalty_list (import_id));
diesel::joinable!(penalty_event -> account (actor_id));
diesel::joinable!(penalty_event -> penalty (penalty_id));
diesel::joinable!(penalty_list -> account (requested_by));
diesel::joinable!(penalty_list -> region (region));
diesel::joinable!(penalty_list_rejection -> penalty_list (import_id));
diesel::joinable!(penalty_list_row -> penalty (penalty_id));
diesel::joinable!(penalty_list_row -> penalty_list (import_id));
diesel::joinable!(penalty_question -> account (decided_by));
diesel::joinable!(penalty_question -> penalty (penalty_id));
diesel::joinable!(penalty_question -> region (scope));
diesel::joinable!(personal_copy -> personal_request (request_id));
diesel::joinable!(personal_request -> region (region));
diesel::joinable!(product_hospital -> region (region));
diesel::joinable!(product_kind -> product_class (class));
diesel::joinable!(production_licence -> product_kind (product_kind));
diesel::joinable!(production_licence -> region (region));
diesel::joinable!(programme -> region (organiser_region));
diesel::joinable!(programme_draw -> account (drawn_by));
diesel::joinable!(programme_draw -> programme (programme_id));
diesel::joinable!(programme_draw -> programme_frame (frame_id));
diesel::joinable!(programme_draw -> programme_target (target_id));
diesel::joinable!(programme_drawn -> enterprise (enterprise_id));
diesel::joinable!(programme_drawn -> laboratory (laboratory_id));
diesel::joinable!(programme_drawn -> product_kind (product_kind));
diesel::joinable!(programme_drawn -> programme_draw (draw_id));
diesel::joinable!(programme_drawn -> region (region));
diesel::joinable!(programme_event -> account (account_id));
diesel::joinable!(programme_event -> programme (programme_id));
diesel::joinable!(programme_frame -> programme (programme_id));
diesel::joinable!(programme_target -> product_class (product_class));
diesel::joinable!(programme_target -> product_kind (product_kind));
diesel::joinable!(programme_target -> programme (programme_id));
diesel::joinable!(programme_target -> region (region));
diesel::joinable!(published_figure -> account (entered_by));
diesel::joinable!(published_figure -> region (region));
diesel::joinable!(push_message -> account (account_id));
diesel::joinable!(push_message -> consultation (consultation_id));
diesel::joinable!(push_message -> push_subscription (subscription_id));
diesel::joinable!(push_subscription -> account (account_id));
diesel::joinable!(push_subscription -> login_session (session_id));
diesel::joinable!(push_waiting -> account (account_id));
diesel::joinable!(push_waiting -> consultation (consultation_id));
diesel::joinable!(quality_alert -> account (closed_by));
diesel::joinable!(quality_alert -> assessment (assessment_id));
diesel::joinable!(quality_alert -> product_kind (product_kind));
diesel::joinable!(quality_alert -> region (region));
diesel::joinable!(quality_alert_event -> account (actor_id));
diesel::joinable!(quality_alert_event -> quality_alert (alert_id));
diesel::joinable!(quality_meeting -> account (recorded_by));
diesel::joinable!(quality_meeting -> quality_alert (alert_id));
diesel::joinable!(quick_calibration -> quick_device (device_id));
diesel::joinable!(quick_device -> account (created_by));
diesel::joinable!(quick_device -> region (region));
diesel::joinable!(quick_test -> account (entered_by));
diesel::joinable!(quick_test -> inspection (inspection_id));
diesel::joinable!(quick_test -> quick_device (device_id));
diesel::joinable!(recording -> account (began_by));
diesel::joinable!(recording -> inspection (inspection_id));
diesel::joinable!(recording_external -> inspection (inspection_id));
diesel::joinable!(recording_segment -> recording (recording_id));
diesel::joinable!(recording_summary -> inspection (inspection_id));
diesel::joinable!(recording_view -> account (account_id));
diesel::joinable!(recording_view -> inspection (inspection_id));
diesel::joinable!(recovery_code -> account (account_id));
diesel::joinable!(refresh_token -> login_session (session_id));
diesel::joinable!(response_event -> consultation (consultation_id));
diesel::joinable!(response_mail -> account (account_id));
diesel::joinable!(response_notice -> account (account_id));
diesel::joinable!(response_notice -> consultation (consultation_id));
diesel::joinable!(response_target -> consultation (consultation_id));
diesel::joinable!(response_watch -> consultation (consultation_id));
diesel::joinable!(retention_hold -> consultation (consultation_id));
diesel::joinable!(retention_hold -> enterprise (enterprise_id));
diesel::joinable!(retention_hold -> nonconformity (nonconformity_id));
diesel::joinable!(retention_hold -> remediation_case (case_id));
diesel::joinable!(risk_digest -> account (account_id));
diesel::joinable!(sample_custody -> account (recorded_by));
diesel::joinable!(sample_custody -> inspection (inspection_id));
diesel::joinable!(sample_custody -> recording (recording_id));
diesel::joinable!(sampling_fact -> inspection (inspection_id));
diesel::joinable!(sampling_list -> account (requested_by));
diesel::joinable!(sampling_list -> region (region));
diesel::joinable!(sampling_list_proposal -> account (decided_by));
diesel::joinable!(sampling_list_proposal -> inspection (inspection_id));
diesel::joinable!(sampling_list_proposal -> sampling_list (import_id));
diesel::joinable!(sampling_list_rejection -> sampling_list (import_id));
diesel::joinable!(saved_filter -> account (account_id));
diesel::joinable!(signal -> enterprise (enterprise_id));
diesel::joinable!(signal -> product_kind (product_kind));
diesel::joinable!(signal_event -> account (actor_id));
diesel::joinable!(signal_event -> signal (signal_id));
diesel::joinable!(signal_feed -> account (created_by));
diesel::joinable!(signal_feed -> region (region));
diesel::joinable!(signal_import -> account (requested_by));
diesel::joinable!(signal_import -> region (region));
diesel::joinable!(signal_import_rejection -> signal_import (import_id));
diesel::joinable!(signal_import_row -> signal (signal_id));
diesel::joinable!(signal_import_row -> signal_import (import_id));
diesel::joinable!(signal_use -> signal (signal_id));
diesel::joinable!(support_amount -> product_hospital (hospital));
diesel::joinable!(support_amount -> support_programme (programme_id));
diesel::joinable!(support_baseline -> account (frozen_by));
diesel::joinable!(support_baseline -> support_programme (programme_id));
diesel::joinable!(support_evaluation -> account (evaluated_by));
diesel::joinable!(support_evaluation -> support_programme (programme_id));
diesel::joinable!(support_kind -> product_kind (product_kind));
diesel::joinable!(support_kind -> support_programme (programme_id));
diesel::joinable!(support_measure -> account (created_by));
diesel::joinable!(support_measure -> product_hospital (hospital));
diesel::joinable!(support_measure -> support_programme (programme_id));
diesel::joinable!(support_programme -> product_hospital (lead_hospital));
diesel::joinable!(support_programme -> programme (programme_id));
diesel::joinable!(support_region -> region (region));
diesel::joinable!(support_region -> support_programme (programme_id));
diesel::joinable!(training -> account (created_by));
diesel::joinable!(training -> engagement (id));
diesel::joinable!(training -> programme (programme_id));
diesel::joinable!(training -> region (region));
diesel::joinable!(training_attendee -> account (marked_by));
diesel::joinable!(training_attendee -> enterprise (enterprise_id));
diesel::joinable!(training_attendee -> training (training_id));
diesel::joinable!(unread_mail -> account (account_id));
diesel::joinable!(unread_waiting -> account (account_id));
diesel::joinable!(unread_waiting -> consultation (consultation_id));
diesel::joinable!(unread_watch -> consultation (consultation_id));
diesel::joinable!(uscc_admission -> region (region));
diesel::joinable!(visit -> engagement (engagement_id));
diesel::joinable!(visit_nonconformity -> engagement (engagement_id));
diesel::joinable!(visit_nonconformity -> nonconformity (nonconformity_id));
diesel::joinable!(visit_slot -> engagement (engagement_id));
diesel::joinable!(voucher -> enterprise (enterprise_id));
diesel::joinable!(voucher -> voucher_issue (issue_id));
diesel::joinable!(voucher_application -> account (applied_by));
diesel::joinable!(voucher_application -> enterprise (enterprise_id));
diesel::joinable!(voucher_application -> voucher_issue (issue_id));
diesel::joinable!(voucher_code -> voucher (voucher_id));
diesel::joinable!(voucher_entry -> account (account_id));
diesel::joinable!(voucher_entry -> laboratory (laboratory_id));
diesel::joinable!(voucher_entry -> product_hospital (hospital));
diesel::joinable!(voucher_entry -> voucher (voucher_id));
diesel::joinable!(voucher_issue -> programme (programme_id));
diesel::joinable!(voucher_issue -> region (region));
diesel::joinable!(voucher_issue_event -> account (account_id));
diesel::joinable!(voucher_issue_event -> voucher_issue (issue_id));
diesel::joinable!(voucher_tier -> voucher_issue (issue_id));
diesel::joinable!(webhook -> account (account_id));
diesel::joinable!(webhook -> region (region));
diesel::joinable!(webhook_attempt -> webhook_delivery (delivery_id));
diesel::joinable!(webhook_delivery -> webhook (webhook_id));
diesel::joinable!(wrong_proof -> account (account_id));
diesel::joinable!(zero_out_import -> region (region));
diesel::joinable!(zero_out_rejection -> zero_out_import (import_id));
diesel::joinable!(zero_out_withdrawal -> account (requested_by));
diesel::joinable!(zero_out_withdrawal -> zero_out_import (import_id));

own!(idempotency_key, shared_event, audit_entry, audit_head, replaceable_schema);
own!(outbox_mail, mail_pause);
own!(account, account_identity, account_totp, login_session, one_time_link, recovery_code, refresh_token, wrong_proof);
own!(account_connection);
own!(enterprise, enterprise_past, enterprise_registration, nonconformity, uscc_admission);
own!(attachment, attachment_upload, attachment_upload_part);
own!(expert, expert_application, expert_specialty, expert_region, expert_conflict, expert_signed_report, expert_refusal, expert_shift, expert_specialty_change, expert_suspension);
own!(expert_change, matching_assignment);
own!(chat_stream, chat_message, chat_erased, chat_read, chat_retraction, chat_volume, installation);
own!(consultation, consultation_participant, consultation_conclusion, consultation_conclusion_counter, consultation_draft, consultation_event, consultation_offer, consultation_invitation, consultation_link, consultation_merge, consultation_mention, consultation_panel, consultation_rating_past, consultation_rating_reminder);
own!(remediation_case, case_action, case_advice, case_criterion, case_elsewhere, case_event, case_event_file, case_evidence, case_evidence_file, case_past, counted_calendar, deadline_notice, deadline_sweep);
own!(zero_out_import, zero_out_listed, zero_out_rejection, zero_out_row, zero_out_withdrawal);
own!(matching_plan, matching_plan_by_hand, matching_plan_line, matching_plan_pairs);
own!(kind_regime, kind_review, laboratory, operator_grade, production_licence, programme, programme_draw, programme_drawn, programme_event, programme_frame, programme_target);
own!(account_invitation);
own!(signal, signal_event, signal_feed, signal_import, signal_import_rejection, signal_import_row, signal_use);
own!(inspection, inspection_challenge, inspection_event, inspection_file, inspection_finding, inspection_item, inspection_link, inspection_past, inspection_subject, inspection_term);
own!(label_answer, label_check, label_photo, quick_calibration, quick_device, quick_test);
own!(cross_event, cross_participant, cross_product, cross_relation, cross_round);
own!(recording, recording_external, recording_segment, recording_summary, recording_view, sample_custody);
own!(sampling_list, sampling_list_proposal, sampling_list_rejection, sampling_list_row);
own!(conduct, conduct_event, conduct_fact, conduct_fact_key, conduct_file, conduct_line, conduct_past, conduct_reminder);
own!(credit_change, credit_honour, credit_honour_day, credit_measure, credit_regrading, credit_stale, credit_subject, credit_task);
own!(penalty, penalty_event, penalty_list, penalty_list_rejection, penalty_list_row, penalty_question);
own!(conduct_source_entry, conduct_source_note);
own!(calendar_feed, commitment, commitment_promise, commitment_text, engagement, engagement_attendance_past, engagement_danger, engagement_enterprise, engagement_event, engagement_expert, engagement_finding, engagement_held_past, engagement_kind_file, engagement_location, engagement_photo, engagement_photo_of, follow_up, follow_up_past, outreach, outreach_past, outreach_signal, training, training_attendee, visit, visit_nonconformity, visit_slot);
own!(circuit_member, circuit_member_event, circuit_note, circuit_point, circuit_round, circuit_round_event, circuit_stop);
own!(online_session, online_session_event, online_session_expert, online_session_member, online_session_question);
own!(voucher, voucher_application, voucher_code, voucher_entry, voucher_issue, voucher_issue_event, voucher_tier);
own!(campaign, campaign_check, campaign_import, campaign_import_rejection, campaign_import_row, campaign_school, campaign_subject, hazard, hazard_event, hazard_file);
own!(assessment, assessment_event, assessment_evidence, quality_alert, quality_alert_event, quality_meeting, risk_cell, risk_change, risk_day, risk_digest, risk_source_note);
own!(response_watch, response_target, response_event, response_notice, response_mail);
own!(consultation_tag, consultation_tagging);
own!(saved_filter);
own!(canned_reply);
own!(unread_watch, unread_waiting, unread_mail);
own!(push_key, push_subscription, push_waiting, push_message);
own!(api_key, incoming_consultation);
own!(webhook, webhook_delivery, webhook_attempt);
own!(search_progress, search_run, search_posting, search_recent);
own!(knowledge_article, knowledge_finding, knowledge_event, knowledge_word, knowledge_use);
own!(retention_hold, retention_run);
own!(personal_request, personal_copy);
own!(enterprise_figure, region_figure, figure_stale, past_day, published_figure);
own!(sampling_fact, sampling_operator, sampling_stale, sampling_sum);
own!(support_amount, support_baseline, support_evaluation, support_kind, support_measure, support_programme, support_region);
own!(oversight, oversight_basis, oversight_event, oversight_file, oversight_matter, oversight_number, oversight_reminder, oversight_responsibility);
own!(bulletin, bulletin_event, bulletin_item);
own!(credit_code, credit_code_event, credit_code_scan, credit_code_version);

pub mod published {
    //! The views of the schema `published` as diesel knows them: what domains let others read of their tables. Each is
    //! defined in its owner's `functions.sql`.

    use super::{
        account_invitation,
        assessment_event,
        attachment,
        attachment_upload,
        bulletin,
        bulletin_event,
        bulletin_item,
        calendar_feed,
        campaign,
        campaign_check,
        campaign_import,
        campaign_subject,
        canned_reply,
        case_advice,
        case_criterion,
        case_evidence,
        circuit_member_event,
        circuit_point,
        circuit_round_event,
        circuit_stop,
        conduct_source_entry,
        consultation_draft,
        consultation_invitation,
        consultation_link,
        consultation_panel,
        consultation_tagging,
        credit_code,
        credit_code_event,
        credit_code_version,
        credit_honour,
        credit_measure,
        credit_regrading,
        credit_task,
        cross_event,
        cross_participant,
        cross_round,
        engagement_attendance_past,
        engagement_danger,
        engagement_event,
        engagement_finding,
        engagement_photo,
        engagement_photo_of,
        incoming_consultation,
        kind_review,
        knowledge_article,
        knowledge_event,
        knowledge_finding,
        knowledge_use,
        matching_plan_by_hand,
        online_session,
        online_session_event,
        online_session_expert,
        online_session_member,
        online_session_question,
        operator_grade,
        oversight_event,
        assessment_evidence as own_assessment_evidence,
        case_action as own_case_action,
        chat_read as own_chat_read,
        circuit_member as own_circuit_member,
        circuit_round as own_circuit_round,
        commitment as own_commitment,
        commitment_promise as own_commitment_promise,
        conduct as own_conduct,
        conduct_event as own_conduct_event,
        conduct_line as own_conduct_line,
        consultation as own_consultation,
        consultation_merge as own_consultation_merge,
        consultation_offer as own_consultation_offer,
        consultation_participant as own_consultation_participant,
        engagement as own_engagement,
        engagement_enterprise as own_engagement_enterprise,
        engagement_expert as own_engagement_expert,
        expert_conflict as own_expert_conflict,
        expert_refusal as own_expert_refusal,
        expert_signed_report as own_expert_signed_report,
        follow_up as own_follow_up,
        hazard as own_hazard,
        hazard_event as own_hazard_event,
        inspection as own_inspection,
        inspection_challenge as own_inspection_challenge,
        inspection_event as own_inspection_event,
        inspection_finding as own_inspection_finding,
        kind_regime as own_kind_regime,
        label_check as own_label_check,
        laboratory as own_laboratory,
        matching_assignment as own_matching_assignment,
        matching_plan as own_matching_plan,
        outreach as own_outreach,
        outreach_signal as own_outreach_signal,
        oversight as own_oversight,
        programme_drawn as own_programme_drawn,
        quality_alert as own_quality_alert,
        recording as own_recording,
        recording_summary as own_recording_summary,
        signal as own_signal,
        training as own_training,
        training_attendee as own_training_attendee,
        penalty,
        penalty_event,
        penalty_list,
        penalty_question,
        product_class,
        product_hospital,
        product_kind,
        programme_draw,
        programme_event,
        published_figure,
        push_message,
        push_subscription,
        push_waiting,
        quality_alert_event,
        quality_meeting,
        quick_device,
        quick_test,
        recording_external,
        recording_view,
        region,
        region_scope,
        response_event,
        response_mail,
        response_notice,
        response_target,
        response_watch,
        retention_hold,
        risk_digest,
        sample_custody,
        sampling_fact,
        sampling_list,
        sampling_list_proposal,
        saved_filter,
        search_character,
        search_table,
        signal_event,
        signal_feed,
        signal_import,
        support_baseline,
        support_evaluation,
        support_measure,
        support_programme,
        unread_mail,
        unread_waiting,
        unread_watch,
        visit_nonconformity,
        voucher,
        voucher_application,
        voucher_entry,
        voucher_issue,
        voucher_issue_event,
        webhook,
        zero_out_withdrawal,
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
            mails_off -> Array<Text>,
            deactivated_at -> Nullable<Timestamptz>,
            deactivation_reason -> Nullable<Text>,
            invited_by -> Nullable<Uuid>,
            search_text -> Text,
            search_readings -> Text,
            erased_at -> Nullable<Timestamptz>,
            laboratory_id -> Nullable<Uuid>,
        }
    }

    diesel::table! {
        published.account_connection (account_id) {
            account_id -> Uuid,
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
        published.application_file (id) {
            id -> Uuid,
            application_id -> Uuid,
        }
    }

    diesel::table! {
        published.assessment (id) {
            id -> Uuid,
            product_kind -> Text,
            region -> Text,
            hazard -> Text,
            state -> Text,
            severity -> Int4,
            level -> Text,
            validated_at -> Nullable<Timestamptz>,
            superseded_at -> Nullable<Timestamptz>,
            withdrawn_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.assessment_evidence (assessment_id, place) {
            assessment_id -> Uuid,
            place -> Int4,
            kind -> Text,
            signal_id -> Nullable<Uuid>,
            inspection_id -> Nullable<Uuid>,
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
        published.case_action (id) {
            id -> Uuid,
            case_id -> Nullable<Uuid>,
            consultation_id -> Nullable<Uuid>,
            advised_by -> Nullable<Uuid>,
            created_at -> Timestamptz,
            state -> Text,
            decided_at -> Nullable<Timestamptz>,
            done_on -> Nullable<Date>,
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
        published.chat_kept (consultation_id, stream) {
            consultation_id -> Uuid,
            stream -> Text,
            messages -> Int8,
        }
    }

    diesel::table! {
        published.chat_message (consultation_id, stream, seq) {
            consultation_id -> Uuid,
            stream -> Text,
            seq -> Int8,
            sender_id -> Uuid,
            body -> Text,
            sent_at -> Timestamptz,
            reply_to -> Nullable<Int8>,
            taken_back -> Nullable<Bool>,
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
        published.circuit_member (id) {
            id -> Uuid,
            programme_id -> Uuid,
            enterprise_id -> Uuid,
            stage -> Text,
            expert_id -> Nullable<Uuid>,
        }
    }

    diesel::table! {
        published.circuit_round (id) {
            id -> Uuid,
            programme_id -> Uuid,
            no -> Int4,
            region -> Text,
            starts_on -> Date,
            ends_on -> Date,
            state -> Text,
        }
    }

    diesel::table! {
        published.commitment (id) {
            id -> Uuid,
            number -> Text,
            enterprise_id -> Uuid,
            region -> Text,
            programme_id -> Nullable<Uuid>,
            state -> Text,
            case_id -> Nullable<Uuid>,
            signed_on -> Nullable<Date>,
            due_on -> Nullable<Date>,
            overdue -> Bool,
            settled_on -> Nullable<Date>,
            conduct_id -> Nullable<Uuid>,
            created_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.commitment_promise (id) {
            id -> Uuid,
            commitment_id -> Uuid,
            ordinal -> Int4,
            due_on -> Date,
            counts_until -> Date,
            action_id -> Nullable<Uuid>,
            reported_on -> Nullable<Date>,
            overdue_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.conduct (id) {
            id -> Uuid,
            fact_id -> Uuid,
            enterprise_id -> Uuid,
            role -> Text,
            line_id -> Nullable<Uuid>,
            behaviour -> Text,
            intent -> Text,
            happened_on -> Date,
            decided_on -> Date,
            document_no -> Nullable<Text>,
            authority -> Text,
            authority_region -> Text,
            source -> Text,
            inspection_id -> Nullable<Uuid>,
            case_id -> Nullable<Uuid>,
            import_id -> Nullable<Uuid>,
            rules_version -> Text,
            state -> Text,
            notified_on -> Nullable<Date>,
            counts_from -> Nullable<Date>,
            counts_until -> Date,
            pending_since -> Nullable<Date>,
            due_on -> Nullable<Date>,
            repaired_on -> Nullable<Date>,
            annulled_on -> Nullable<Date>,
            erased_at -> Nullable<Timestamptz>,
            created_at -> Timestamptz,
            updated_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.conduct_event (conduct_id, ordinal) {
            conduct_id -> Uuid,
            ordinal -> Int4,
            step -> Text,
            from_state -> Nullable<Text>,
            to_state -> Text,
            occurred_on -> Date,
            recorded_at -> Timestamptz,
            actor_id -> Nullable<Uuid>,
            actor_role -> Text,
            actor_region -> Nullable<Text>,
            details -> Jsonb,
        }
    }

    diesel::table! {
        published.conduct_fact (id) {
            id -> Uuid,
            happened_on -> Date,
            created_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.conduct_line (id) {
            id -> Uuid,
            enterprise_id -> Uuid,
            product_kind -> Nullable<Text>,
            product_name -> Text,
            standard -> Nullable<Text>,
            trademark -> Nullable<Text>,
            model -> Nullable<Text>,
            created_at -> Timestamptz,
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
            information_asked_at -> Nullable<Timestamptz>,
            subject -> Text,
            closed -> Nullable<Text>,
        }
    }

    diesel::table! {
        published.consultation_conclusion (year, number) {
            year -> Int4,
            number -> Int4,
            consultation_id -> Uuid,
            concluded_at -> Timestamptz,
            cause -> Nullable<Text>,
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
        published.consultation_merge (consultation_id) {
            consultation_id -> Uuid,
            into_id -> Uuid,
            merged_at -> Timestamptz,
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
        published.consultation_reader (consultation_id, account_id) {
            consultation_id -> Uuid,
            account_id -> Uuid,
            joined_at -> Timestamptz,
            reads_notes -> Bool,
        }
    }

    diesel::table! {
        published.conversation_file (id) {
            id -> Uuid,
            consultation_id -> Uuid,
            size -> Int8,
        }
    }

    diesel::table! {
        published.credit_change (enterprise_id, role, day) {
            enterprise_id -> Uuid,
            role -> Text,
            day -> Date,
            region -> Text,
            operating -> Bool,
            class -> Nullable<Text>,
            score_before -> Nullable<Int8>,
            score -> Int8,
            grade_before -> Nullable<Text>,
            grade -> Nullable<Text>,
            worst -> Bool,
            rules_version -> Text,
            trial -> Bool,
        }
    }

    diesel::table! {
        published.credit_subject (enterprise_id, role) {
            enterprise_id -> Uuid,
            role -> Text,
            region -> Text,
            operating -> Bool,
            class -> Nullable<Text>,
            score -> Int8,
            grade -> Nullable<Text>,
            worst -> Bool,
            lines -> Jsonb,
            under_objection -> Bool,
            repair_pending -> Bool,
            next_grade -> Nullable<Text>,
            next_grade_on -> Nullable<Date>,
            rules_version -> Text,
            trial -> Bool,
            graded_on -> Date,
            graded_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.engagement (id) {
            id -> Uuid,
            kind -> Text,
            programme_id -> Nullable<Uuid>,
            round_no -> Nullable<Int4>,
            region -> Text,
            on_day -> Nullable<Date>,
            starts_at -> Nullable<Timestamptz>,
            ends_at -> Nullable<Timestamptz>,
            topic -> Text,
            state -> Text,
            created_at -> Timestamptz,
            held_at -> Nullable<Timestamptz>,
            closed_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.engagement_enterprise (engagement_id, enterprise_id) {
            engagement_id -> Uuid,
            enterprise_id -> Uuid,
            attended -> Nullable<Bool>,
            attended_at -> Nullable<Timestamptz>,
            by_code -> Bool,
            outside_cohort -> Bool,
            held_on -> Nullable<Date>,
        }
    }

    diesel::table! {
        published.engagement_expert (engagement_id, expert_id) {
            engagement_id -> Uuid,
            expert_id -> Uuid,
            lead -> Bool,
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
            search_text -> Text,
            search_readings -> Text,
            withdrawn_at -> Nullable<Timestamptz>,
            uscc_admitted -> Bool,
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
            search_text -> Text,
            search_readings -> Text,
            suspended -> Nullable<Bool>,
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
        published.follow_up (id) {
            id -> Uuid,
            enterprise_id -> Uuid,
            due_on -> Date,
            held_on -> Nullable<Date>,
            result -> Nullable<Text>,
            months -> Int4,
            case_id -> Nullable<Uuid>,
            cleared_on -> Nullable<Date>,
            region -> Text,
            programme_id -> Nullable<Uuid>,
            state -> Text,
            created_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.follow_up_result (id) {
            id -> Uuid,
            result -> Nullable<Text>,
            held_on -> Nullable<Date>,
            from_at -> Nullable<Timestamptz>,
            until_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.hazard (id) {
            id -> Uuid,
            programme_id -> Nullable<Uuid>,
            enterprise_id -> Uuid,
            region -> Text,
            product -> Text,
            product_kind -> Nullable<Text>,
            item -> Text,
            source -> Text,
            found_on -> Date,
            state -> Text,
            due_on -> Nullable<Date>,
            corrected_on -> Nullable<Date>,
            verified_on -> Nullable<Date>,
            closed_on -> Nullable<Date>,
            overdue_since -> Nullable<Date>,
            listing_proposed_at -> Nullable<Timestamptz>,
            created_at -> Timestamptz,
            updated_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.hazard_event (hazard_id, ordinal) {
            hazard_id -> Uuid,
            ordinal -> Int4,
            step -> Text,
            from_state -> Nullable<Text>,
            to_state -> Text,
            occurred_on -> Date,
            due_on -> Nullable<Date>,
            at -> Timestamptz,
        }
    }

    diesel::table! {
        published.inspection (id) {
            id -> Uuid,
            number -> Text,
            organiser_region -> Text,
            programme_id -> Nullable<Uuid>,
            target_id -> Nullable<Uuid>,
            method -> Text,
            purpose -> Text,
            level -> Text,
            state -> Text,
            role -> Text,
            operator_id -> Nullable<Uuid>,
            place_region -> Text,
            producer_id -> Nullable<Uuid>,
            producer_region -> Nullable<Text>,
            confirmation -> Nullable<Text>,
            product_kind -> Nullable<Text>,
            laboratory_id -> Nullable<Uuid>,
            sampler_id -> Nullable<Uuid>,
            sample -> Text,
            sampled_on -> Nullable<Date>,
            received_on -> Nullable<Date>,
            reported_on -> Nullable<Date>,
            delivered_on -> Nullable<Date>,
            final_on -> Nullable<Date>,
            published_on -> Nullable<Date>,
            outcome -> Nullable<Text>,
            nonconformity_id -> Nullable<Uuid>,
            source -> Text,
            import_id -> Nullable<Uuid>,
            version -> Int4,
            created_at -> Timestamptz,
            updated_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.inspection_challenge (inspection_id) {
            inspection_id -> Uuid,
            contested_on -> Date,
            settled_on -> Nullable<Date>,
            laboratory_id -> Nullable<Uuid>,
            recording_decided -> Nullable<Bool>,
        }
    }

    diesel::table! {
        published.inspection_event (inspection_id, ordinal) {
            inspection_id -> Uuid,
            ordinal -> Int4,
            step -> Text,
            from_state -> Nullable<Text>,
            to_state -> Text,
            occurred_on -> Date,
            occurred_at -> Nullable<Timestamptz>,
            recorded_at -> Timestamptz,
            late -> Bool,
            actor_id -> Nullable<Uuid>,
            actor_role -> Text,
            actor_region -> Nullable<Text>,
            actor_body -> Nullable<Uuid>,
            details -> Jsonb,
            corrects -> Nullable<Int4>,
        }
    }

    diesel::table! {
        published.inspection_finding (id) {
            id -> Uuid,
            inspection_id -> Uuid,
            party -> Text,
            enterprise_id -> Uuid,
            nonconformity_id -> Uuid,
            case_id -> Nullable<Uuid>,
            opened_at -> Timestamptz,
            taken_back_at -> Nullable<Timestamptz>,
            reason -> Nullable<Text>,
        }
    }

    diesel::table! {
        published.inspection_item (inspection_id, round, ordinal) {
            inspection_id -> Uuid,
            round -> Text,
            ordinal -> Int4,
            item -> Text,
            method -> Nullable<Text>,
            requirement -> Nullable<Text>,
            measured -> Nullable<Text>,
            unit -> Nullable<Text>,
            ok -> Bool,
            safety -> Bool,
        }
    }

    diesel::table! {
        published.inspection_link (inspection_id, follows_id, linked_at) {
            inspection_id -> Uuid,
            follows_id -> Uuid,
            kind -> Text,
            linked_at -> Timestamptz,
            ended_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.inspection_past (inspection_id, until) {
            inspection_id -> Uuid,
            until -> Timestamptz,
            organiser_region -> Text,
            programme_id -> Nullable<Uuid>,
            method -> Text,
            purpose -> Text,
            level -> Text,
            state -> Text,
            role -> Text,
            operator_id -> Nullable<Uuid>,
            place_region -> Text,
            producer_id -> Nullable<Uuid>,
            producer_region -> Nullable<Text>,
            confirmation -> Nullable<Text>,
            product_kind -> Nullable<Text>,
            laboratory_id -> Nullable<Uuid>,
            sampled_on -> Nullable<Date>,
            received_on -> Nullable<Date>,
            reported_on -> Nullable<Date>,
            delivered_on -> Nullable<Date>,
            final_on -> Nullable<Date>,
            published_on -> Nullable<Date>,
            outcome -> Nullable<Text>,
            nonconformity_id -> Nullable<Uuid>,
        }
    }

    diesel::table! {
        published.inspection_subject (inspection_id) {
            inspection_id -> Uuid,
            operator_name -> Text,
            operator_uscc -> Nullable<Text>,
            operator_address -> Nullable<Text>,
            producer_name -> Nullable<Text>,
            producer_uscc -> Nullable<Text>,
            producer_address -> Nullable<Text>,
            client -> Nullable<Text>,
            contractor -> Nullable<Text>,
            product_name -> Text,
            trademark -> Nullable<Text>,
            model -> Nullable<Text>,
            standard -> Nullable<Text>,
            batch -> Nullable<Text>,
            produced_on -> Nullable<Date>,
            base_quantity -> Nullable<Float8>,
            test_quantity -> Nullable<Float8>,
            reserve_quantity -> Nullable<Float8>,
            unit -> Nullable<Text>,
            channel -> Nullable<Text>,
            samplers -> Array<Text>,
            seals -> Array<Text>,
            report_no -> Nullable<Text>,
            signed_by -> Nullable<Text>,
            search_text -> Text,
            search_readings -> Text,
        }
    }

    diesel::table! {
        published.inspection_term (inspection_id, term, party) {
            inspection_id -> Uuid,
            term -> Text,
            party -> Text,
            begins_on -> Date,
            due_on -> Date,
            met_on -> Nullable<Date>,
            provisional -> Bool,
            late_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.interviewed (oversight_id) {
            oversight_id -> Uuid,
            enterprise_id -> Uuid,
            held_on -> Date,
        }
    }

    diesel::table! {
        published.kind_regime (product_kind, in_force_from) {
            product_kind -> Text,
            in_force_from -> Date,
            regime -> Text,
        }
    }

    diesel::table! {
        published.label_check (inspection_id, event) {
            inspection_id -> Uuid,
            event -> Int4,
            checklist_version -> Text,
            outcome -> Text,
            inspected_on -> Date,
            corrected_on -> Nullable<Date>,
            checked_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.laboratory (id) {
            id -> Uuid,
            name -> Text,
            region -> Text,
            products -> Array<Text>,
            serves -> Array<Text>,
            takes_samples -> Bool,
            excluded_usccs -> Array<Text>,
            active -> Bool,
            hospital -> Nullable<Text>,
            hospital_since -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.matching_assignment (enterprise_id) {
            enterprise_id -> Uuid,
            expert_id -> Uuid,
            plan_id -> Uuid,
            assigned_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.matching_plan (id) {
            id -> Uuid,
            name -> Text,
            region -> Text,
            decided_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.matching_plan_line (plan_id, enterprise_id) {
            plan_id -> Uuid,
            enterprise_id -> Uuid,
            expert_id -> Nullable<Uuid>,
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
            report_key -> Text,
        }
    }

    diesel::table! {
        published.nonconformity_ever (id) {
            id -> Uuid,
            enterprise_id -> Uuid,
            product_kind -> Text,
            report_no -> Text,
            inspected_on -> Date,
            failed_items -> Array<Text>,
            created_at -> Timestamptz,
            updated_at -> Timestamptz,
            inspection_level -> Nullable<Text>,
            order_issued_on -> Nullable<Date>,
            laboratory -> Nullable<Text>,
            signed_by -> Nullable<Text>,
            report_key -> Nullable<Text>,
            withdrawn_at -> Nullable<Timestamptz>,
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
        published.outreach (id) {
            id -> Uuid,
            region -> Text,
            programme_id -> Nullable<Uuid>,
            topic -> Text,
            state -> Text,
            on_day -> Date,
            place_kind -> Text,
            people -> Nullable<Int4>,
            leaflets -> Nullable<Int4>,
            questions -> Nullable<Int4>,
            asked -> Nullable<Int4>,
            satisfied -> Nullable<Int4>,
            signals -> Int4,
            created_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.outreach_result (id) {
            id -> Uuid,
            people -> Nullable<Int4>,
            leaflets -> Nullable<Int4>,
            questions -> Nullable<Int4>,
            from_at -> Nullable<Timestamptz>,
            until_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.outreach_signal (id) {
            id -> Uuid,
            engagement_id -> Uuid,
            text -> Text,
            product_kind -> Nullable<Text>,
            region -> Text,
            observed_on -> Date,
            handed_over -> Bool,
            created_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.oversight (id) {
            id -> Uuid,
            kind -> Text,
            from_region -> Text,
            to_region -> Text,
            state -> Text,
            due_on -> Nullable<Date>,
            to_kind -> Text,
            enterprise_id -> Nullable<Uuid>,
            document_no -> Nullable<Text>,
            issued_on -> Nullable<Date>,
            product_kinds -> Array<Text>,
        }
    }

    diesel::table! {
        published.production_licence (id) {
            id -> Uuid,
            uscc -> Text,
            region -> Text,
            product_kind -> Text,
            valid_from -> Date,
            valid_until -> Nullable<Date>,
            entered_at -> Timestamptz,
            revoked_on -> Nullable<Date>,
            revoked_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.programme (id) {
            id -> Uuid,
            kind -> Text,
            name -> Text,
            level -> Text,
            organiser_region -> Text,
            period_from -> Date,
            period_until -> Date,
            document_no -> Nullable<Text>,
            rules_version -> Nullable<Text>,
            state -> Text,
        }
    }

    diesel::table! {
        published.programme_drawn (id) {
            id -> Uuid,
            draw_id -> Uuid,
            programme_id -> Nullable<Uuid>,
            target_id -> Nullable<Uuid>,
            ordinal -> Int4,
            enterprise_id -> Nullable<Uuid>,
            uscc -> Text,
            name -> Text,
            region -> Text,
            role -> Text,
            product_kind -> Text,
            laboratory_id -> Nullable<Uuid>,
        }
    }

    diesel::table! {
        published.programme_target (id) {
            id -> Uuid,
            programme_id -> Uuid,
            region -> Text,
            product_kind -> Nullable<Text>,
            product_class -> Nullable<Text>,
            role -> Text,
            samples -> Int4,
            operators -> Nullable<Int4>,
            laboratory_id -> Nullable<Uuid>,
            sampler_id -> Nullable<Uuid>,
            due_on -> Date,
            taken -> Int4,
            finished -> Int4,
        }
    }

    diesel::table! {
        published.quality_alert (id) {
            id -> Uuid,
            cause -> Text,
            product_kind -> Text,
            item -> Nullable<Text>,
            region -> Text,
            state -> Text,
            nonconformities -> Int4,
            enterprises -> Int4,
            first_on -> Nullable<Date>,
            last_on -> Nullable<Date>,
            assessment_id -> Nullable<Uuid>,
            opened_at -> Timestamptz,
            answered_at -> Nullable<Timestamptz>,
            closed_at -> Nullable<Timestamptz>,
            window_days -> Nullable<Int4>,
        }
    }

    diesel::table! {
        published.recording (id) {
            id -> Uuid,
            inspection_id -> Uuid,
            began_at -> Timestamptz,
            closed_at -> Nullable<Timestamptz>,
            erased_at -> Nullable<Timestamptz>,
        }
    }

    diesel::table! {
        published.recording_segment (id) {
            id -> Uuid,
            recording_id -> Uuid,
            size -> Int8,
        }
    }

    diesel::table! {
        published.recording_summary (inspection_id) {
            inspection_id -> Uuid,
            chain -> Text,
            recordings -> Int4,
            segments -> Int4,
            seconds -> Int8,
            shots_missing -> Int4,
            gaps -> Int4,
            late -> Int4,
            flagged -> Int4,
            custody_flags -> Int4,
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
            version -> Int4,
        }
    }

    diesel::table! {
        published.remediation_case_ever (id) {
            id -> Uuid,
            nonconformity_id -> Uuid,
            enterprise_id -> Uuid,
            state -> Text,
            version -> Int4,
            created_at -> Timestamptz,
            rectify_by -> Nullable<Date>,
            reinspect_by -> Nullable<Date>,
            second_by -> Nullable<Date>,
            suspended_until -> Nullable<Date>,
            handled_in -> Nullable<Text>,
        }
    }

    diesel::table! {
        published.risk_cell (day, window_days, product_kind, region) {
            day -> Date,
            window_days -> Int4,
            product_kind -> Text,
            region -> Text,
            tested -> Int4,
            failed -> Int4,
            class_rate -> Int4,
            rate -> Int4,
            rate_low -> Int4,
            rate_high -> Int4,
            severity -> Int4,
            signal_count -> Int4,
            index_value -> Int4,
        }
    }

    diesel::table! {
        published.running_case (id) {
            id -> Uuid,
            nonconformity_id -> Uuid,
            enterprise_id -> Uuid,
        }
    }

    diesel::table! {
        published.signal (id) {
            id -> Uuid,
            source -> Text,
            region -> Nullable<Text>,
            product_kind -> Nullable<Text>,
            enterprise_id -> Nullable<Uuid>,
            hazard -> Nullable<Text>,
            severity -> Nullable<Int4>,
            published_on -> Date,
            observed_on -> Date,
            state -> Text,
            merged_into -> Nullable<Uuid>,
            reliability -> Text,
            created_at -> Timestamptz,
            match_confidence -> Int4,
            title -> Text,
            external_id -> Text,
        }
    }

    diesel::table! {
        published.training (id) {
            id -> Uuid,
            region -> Text,
            programme_id -> Nullable<Uuid>,
            topic -> Text,
            state -> Text,
            on_day -> Date,
            product_kinds -> Array<Text>,
            invited -> Int4,
            attended -> Int4,
            created_at -> Timestamptz,
        }
    }

    diesel::table! {
        published.training_attendee (training_id, enterprise_id) {
            training_id -> Uuid,
            enterprise_id -> Uuid,
            invited -> Bool,
            outside_cohort -> Bool,
            attended_at -> Nullable<Timestamptz>,
            by_code -> Bool,
            quiz -> Nullable<Int4>,
        }
    }

    diesel::table! {
        published.zero_out_import (id) {
            id -> Uuid,
            region -> Nullable<Text>,
            dry_run -> Bool,
            state -> Text,
            enterprises -> Nullable<Array<Uuid>>,
            file_name -> Text,
            merge_no -> Nullable<Int8>,
        }
    }

    diesel::table! {
        published.zero_out_listed (import_id, enterprise_id) {
            import_id -> Uuid,
            enterprise_id -> Uuid,
            fresh -> Bool,
            before -> Nullable<Jsonb>,
            after -> Nullable<Jsonb>,
        }
    }

    diesel::table! {
        published.zero_out_row (import_id, row_no) {
            import_id -> Uuid,
            row_no -> Int4,
            enterprise_id -> Uuid,
            nonconformity_id -> Uuid,
            fresh -> Bool,
            case_id -> Nullable<Uuid>,
            case_opened -> Bool,
            case_version -> Nullable<Int4>,
            before -> Nullable<Jsonb>,
            after -> Nullable<Jsonb>,
        }
    }

    diesel::joinable!(account -> enterprise (enterprise_id));
    diesel::joinable!(account -> expert (expert_id));
    diesel::joinable!(account -> region (region));
    diesel::joinable!(account_invitation -> enterprise (enterprise_id));
    diesel::joinable!(account_invitation -> laboratory (laboratory_id));
    diesel::joinable!(assessment -> product_kind (product_kind));
    diesel::joinable!(assessment -> region (region));
    diesel::joinable!(assessment_event -> account (account_id));
    diesel::joinable!(assessment_evidence -> assessment (assessment_id));
    diesel::joinable!(assessment_evidence -> inspection (inspection_id));
    diesel::joinable!(own_assessment_evidence -> inspection (inspection_id));
    diesel::joinable!(assessment_evidence -> signal (signal_id));
    diesel::joinable!(own_assessment_evidence -> signal (signal_id));
    diesel::joinable!(attachment -> account (owner_id));
    diesel::joinable!(attachment_upload -> account (owner_id));
    diesel::joinable!(bulletin -> programme (programme_id));
    diesel::joinable!(bulletin_event -> account (account_id));
    diesel::joinable!(bulletin_item -> inspection (inspection_id));
    diesel::joinable!(calendar_feed -> account (account_id));
    diesel::joinable!(campaign -> account (created_by));
    diesel::joinable!(campaign -> programme (programme_id));
    diesel::joinable!(campaign_check -> inspection (inspection_id));
    diesel::joinable!(campaign_import -> account (requested_by));
    diesel::joinable!(campaign_subject -> account (entered_by));
    diesel::joinable!(campaign_subject -> enterprise (enterprise_id));
    diesel::joinable!(canned_reply -> account (account_id));
    diesel::joinable!(case_action -> consultation (consultation_id));
    diesel::joinable!(own_case_action -> consultation (consultation_id));
    diesel::joinable!(case_action -> expert (advised_by));
    diesel::joinable!(own_case_action -> expert (advised_by));
    diesel::joinable!(case_action -> remediation_case (case_id));
    diesel::joinable!(case_advice -> consultation (consultation_id));
    diesel::joinable!(case_criterion -> account (decided_by));
    diesel::joinable!(case_evidence -> account (submitted_by));
    diesel::joinable!(case_past -> remediation_case (case_id));
    diesel::joinable!(chat_read -> account (account_id));
    diesel::joinable!(own_chat_read -> account (account_id));
    diesel::joinable!(chat_stream -> consultation (consultation_id));
    diesel::joinable!(own_circuit_member -> account (added_by));
    diesel::joinable!(circuit_member -> enterprise (enterprise_id));
    diesel::joinable!(own_circuit_member -> enterprise (enterprise_id));
    diesel::joinable!(circuit_member -> expert (expert_id));
    diesel::joinable!(own_circuit_member -> expert (expert_id));
    diesel::joinable!(circuit_member -> programme (programme_id));
    diesel::joinable!(own_circuit_member -> programme (programme_id));
    diesel::joinable!(circuit_member_event -> account (account_id));
    diesel::joinable!(circuit_point -> account (entered_by));
    diesel::joinable!(circuit_point -> enterprise (enterprise_id));
    diesel::joinable!(own_circuit_round -> account (created_by));
    diesel::joinable!(circuit_round -> programme (programme_id));
    diesel::joinable!(own_circuit_round -> programme (programme_id));
    diesel::joinable!(circuit_round -> region (region));
    diesel::joinable!(circuit_round_event -> account (account_id));
    diesel::joinable!(circuit_stop -> expert (expert_id));
    diesel::joinable!(commitment -> conduct (conduct_id));
    diesel::joinable!(own_commitment -> conduct (conduct_id));
    diesel::joinable!(commitment -> engagement (id));
    diesel::joinable!(commitment -> enterprise (enterprise_id));
    diesel::joinable!(own_commitment -> enterprise (enterprise_id));
    diesel::joinable!(commitment -> programme (programme_id));
    diesel::joinable!(own_commitment -> programme (programme_id));
    diesel::joinable!(commitment -> region (region));
    diesel::joinable!(commitment -> remediation_case (case_id));
    diesel::joinable!(own_commitment -> remediation_case (case_id));
    diesel::joinable!(commitment_promise -> case_action (action_id));
    diesel::joinable!(own_commitment_promise -> case_action (action_id));
    diesel::joinable!(commitment_promise -> commitment (commitment_id));
    diesel::joinable!(own_conduct -> account (entered_by));
    diesel::joinable!(conduct -> conduct_fact (fact_id));
    diesel::joinable!(conduct -> conduct_line (line_id));
    diesel::joinable!(conduct -> enterprise (enterprise_id));
    diesel::joinable!(own_conduct -> enterprise (enterprise_id));
    diesel::joinable!(conduct -> inspection (inspection_id));
    diesel::joinable!(own_conduct -> inspection (inspection_id));
    diesel::joinable!(conduct -> region (authority_region));
    diesel::joinable!(conduct -> remediation_case (case_id));
    diesel::joinable!(own_conduct -> remediation_case (case_id));
    diesel::joinable!(conduct_event -> account (actor_id));
    diesel::joinable!(own_conduct_event -> account (actor_id));
    diesel::joinable!(conduct_event -> conduct (conduct_id));
    diesel::joinable!(conduct_event -> region (actor_region));
    diesel::joinable!(conduct_line -> enterprise (enterprise_id));
    diesel::joinable!(own_conduct_line -> enterprise (enterprise_id));
    diesel::joinable!(conduct_line -> product_kind (product_kind));
    diesel::joinable!(conduct_source_entry -> conduct (conduct_id));
    diesel::joinable!(conduct_source_entry -> enterprise (enterprise_id));
    diesel::joinable!(consultation -> account (opened_by));
    diesel::joinable!(own_consultation -> account (opened_by));
    diesel::joinable!(consultation -> enterprise (enterprise_id));
    diesel::joinable!(own_consultation -> enterprise (enterprise_id));
    diesel::joinable!(consultation -> expert (expert_id));
    diesel::joinable!(own_consultation -> expert (expert_id));
    diesel::joinable!(consultation -> nonconformity (nonconformity_id));
    diesel::joinable!(own_consultation -> nonconformity (nonconformity_id));
    diesel::joinable!(consultation -> product_kind (product_kind));
    diesel::joinable!(consultation_conclusion -> consultation (consultation_id));
    diesel::joinable!(consultation_draft -> account (account_id));
    diesel::joinable!(consultation_event -> consultation (consultation_id));
    diesel::joinable!(consultation_invitation -> account (invited_by));
    diesel::joinable!(consultation_invitation -> expert (expert_id));
    diesel::joinable!(consultation_link -> account (added_by));
    diesel::joinable!(own_consultation_merge -> account (merged_by));
    diesel::joinable!(consultation_offer -> consultation (consultation_id));
    diesel::joinable!(consultation_offer -> expert (expert_id));
    diesel::joinable!(own_consultation_offer -> expert (expert_id));
    diesel::joinable!(consultation_panel -> account (invited_by));
    diesel::joinable!(consultation_panel -> expert (expert_id));
    diesel::joinable!(consultation_participant -> account (account_id));
    diesel::joinable!(own_consultation_participant -> account (account_id));
    diesel::joinable!(consultation_participant -> consultation (consultation_id));
    diesel::joinable!(consultation_rating_past -> consultation (consultation_id));
    diesel::joinable!(consultation_tagging -> account (tagged_by));
    diesel::joinable!(consultation_tagging -> consultation (consultation_id));
    diesel::joinable!(credit_code -> account (applied_by));
    diesel::joinable!(credit_code -> enterprise (enterprise_id));
    diesel::joinable!(credit_code_event -> account (account_id));
    diesel::joinable!(credit_code_version -> account (created_by));
    diesel::joinable!(credit_honour -> enterprise (enterprise_id));
    diesel::joinable!(credit_measure -> enterprise (enterprise_id));
    diesel::joinable!(credit_regrading -> account (asked_by));
    diesel::joinable!(credit_task -> account (done_by));
    diesel::joinable!(credit_task -> enterprise (enterprise_id));
    diesel::joinable!(cross_event -> account (account_id));
    diesel::joinable!(cross_participant -> enterprise (enterprise_id));
    diesel::joinable!(cross_round -> account (led_by));
    diesel::joinable!(cross_round -> laboratory (laboratory_id));
    diesel::joinable!(own_engagement -> account (created_by));
    diesel::joinable!(engagement -> programme (programme_id));
    diesel::joinable!(own_engagement -> programme (programme_id));
    diesel::joinable!(engagement -> region (region));
    diesel::joinable!(engagement_attendance_past -> enterprise (enterprise_id));
    diesel::joinable!(engagement_danger -> enterprise (enterprise_id));
    diesel::joinable!(engagement_enterprise -> engagement (engagement_id));
    diesel::joinable!(engagement_enterprise -> enterprise (enterprise_id));
    diesel::joinable!(own_engagement_enterprise -> enterprise (enterprise_id));
    diesel::joinable!(engagement_event -> account (actor));
    diesel::joinable!(engagement_expert -> engagement (engagement_id));
    diesel::joinable!(engagement_expert -> expert (expert_id));
    diesel::joinable!(own_engagement_expert -> expert (expert_id));
    diesel::joinable!(engagement_finding -> account (created_by));
    diesel::joinable!(engagement_finding -> case_action (action_id));
    diesel::joinable!(engagement_finding -> enterprise (enterprise_id));
    diesel::joinable!(engagement_finding -> nonconformity (nonconformity_id));
    diesel::joinable!(engagement_photo -> account (added_by));
    diesel::joinable!(engagement_photo -> enterprise (enterprise_id));
    diesel::joinable!(engagement_photo_of -> enterprise (enterprise_id));
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
    diesel::joinable!(own_follow_up -> account (held_by));
    diesel::joinable!(follow_up -> engagement (id));
    diesel::joinable!(follow_up -> enterprise (enterprise_id));
    diesel::joinable!(own_follow_up -> enterprise (enterprise_id));
    diesel::joinable!(follow_up -> programme (programme_id));
    diesel::joinable!(own_follow_up -> programme (programme_id));
    diesel::joinable!(follow_up -> region (region));
    diesel::joinable!(follow_up -> remediation_case (case_id));
    diesel::joinable!(own_follow_up -> remediation_case (case_id));
    diesel::joinable!(hazard -> enterprise (enterprise_id));
    diesel::joinable!(own_hazard -> enterprise (enterprise_id));
    diesel::joinable!(own_hazard -> inspection (inspection_id));
    diesel::joinable!(hazard -> product_kind (product_kind));
    diesel::joinable!(hazard -> region (region));
    diesel::joinable!(own_hazard_event -> account (account_id));
    diesel::joinable!(hazard_event -> hazard (hazard_id));
    diesel::joinable!(incoming_consultation -> consultation (consultation_id));
    diesel::joinable!(inspection -> nonconformity (nonconformity_id));
    diesel::joinable!(own_inspection -> nonconformity (nonconformity_id));
    diesel::joinable!(inspection -> programme (programme_id));
    diesel::joinable!(own_inspection -> programme (programme_id));
    diesel::joinable!(inspection -> programme_target (target_id));
    diesel::joinable!(own_inspection -> programme_target (target_id));
    diesel::joinable!(inspection_challenge -> inspection (inspection_id));
    diesel::joinable!(inspection_challenge -> laboratory (laboratory_id));
    diesel::joinable!(own_inspection_challenge -> laboratory (laboratory_id));
    diesel::joinable!(inspection_event -> laboratory (actor_body));
    diesel::joinable!(own_inspection_event -> laboratory (actor_body));
    diesel::joinable!(inspection_finding -> enterprise (enterprise_id));
    diesel::joinable!(own_inspection_finding -> enterprise (enterprise_id));
    diesel::joinable!(inspection_finding -> inspection (inspection_id));
    diesel::joinable!(inspection_finding -> nonconformity (nonconformity_id));
    diesel::joinable!(own_inspection_finding -> nonconformity (nonconformity_id));
    diesel::joinable!(inspection_finding -> remediation_case (case_id));
    diesel::joinable!(own_inspection_finding -> remediation_case (case_id));
    diesel::joinable!(inspection_past -> inspection (inspection_id));
    diesel::joinable!(own_kind_regime -> account (decided_by));
    diesel::joinable!(kind_regime -> product_kind (product_kind));
    diesel::joinable!(kind_review -> account (reviewed_by));
    diesel::joinable!(knowledge_article -> consultation (consultation_id));
    diesel::joinable!(knowledge_article -> expert (expert_id));
    diesel::joinable!(knowledge_event -> account (account_id));
    diesel::joinable!(knowledge_finding -> account (decided_by));
    diesel::joinable!(knowledge_use -> account (account_id));
    diesel::joinable!(knowledge_use -> enterprise (enterprise_id));
    diesel::joinable!(knowledge_use -> nonconformity (nonconformity_id));
    diesel::joinable!(own_label_check -> account (checked_by));
    diesel::joinable!(label_check -> inspection (inspection_id));
    diesel::joinable!(own_label_check -> inspection (inspection_id));
    diesel::joinable!(own_laboratory -> account (created_by));
    diesel::joinable!(laboratory -> product_hospital (hospital));
    diesel::joinable!(laboratory -> region (region));
    diesel::joinable!(matching_assignment -> expert (expert_id));
    diesel::joinable!(own_matching_assignment -> expert (expert_id));
    diesel::joinable!(matching_assignment -> matching_plan (plan_id));
    diesel::joinable!(matching_plan -> region (region));
    diesel::joinable!(own_matching_plan -> zero_out_import (import_id));
    diesel::joinable!(matching_plan_by_hand -> account (changed_by));
    diesel::joinable!(matching_plan_line -> matching_plan (plan_id));
    diesel::joinable!(online_session -> account (created_by));
    diesel::joinable!(online_session_event -> account (account_id));
    diesel::joinable!(online_session_expert -> expert (expert_id));
    diesel::joinable!(online_session_member -> enterprise (enterprise_id));
    diesel::joinable!(online_session_question -> enterprise (enterprise_id));
    diesel::joinable!(operator_grade -> enterprise (enterprise_id));
    diesel::joinable!(outreach -> engagement (id));
    diesel::joinable!(outreach -> programme (programme_id));
    diesel::joinable!(own_outreach -> programme (programme_id));
    diesel::joinable!(outreach -> region (region));
    diesel::joinable!(own_outreach_signal -> account (created_by));
    diesel::joinable!(outreach_signal -> outreach (engagement_id));
    diesel::joinable!(outreach_signal -> product_kind (product_kind));
    diesel::joinable!(outreach_signal -> region (region));
    diesel::joinable!(own_outreach_signal -> signal (signal_id));
    diesel::joinable!(own_oversight -> account (created_by));
    diesel::joinable!(oversight -> enterprise (enterprise_id));
    diesel::joinable!(own_oversight -> enterprise (enterprise_id));
    diesel::joinable!(own_oversight -> laboratory (laboratory_id));
    diesel::joinable!(oversight_event -> account (actor_id));
    diesel::joinable!(penalty -> conduct (conduct_id));
    diesel::joinable!(penalty -> enterprise (enterprise_id));
    diesel::joinable!(penalty -> inspection (inspection_id));
    diesel::joinable!(penalty_event -> account (actor_id));
    diesel::joinable!(penalty_list -> account (requested_by));
    diesel::joinable!(penalty_question -> account (decided_by));
    diesel::joinable!(production_licence -> product_kind (product_kind));
    diesel::joinable!(production_licence -> region (region));
    diesel::joinable!(programme -> region (organiser_region));
    diesel::joinable!(programme_draw -> account (drawn_by));
    diesel::joinable!(programme_drawn -> enterprise (enterprise_id));
    diesel::joinable!(own_programme_drawn -> enterprise (enterprise_id));
    diesel::joinable!(programme_drawn -> laboratory (laboratory_id));
    diesel::joinable!(programme_drawn -> product_kind (product_kind));
    diesel::joinable!(programme_drawn -> region (region));
    diesel::joinable!(programme_event -> account (account_id));
    diesel::joinable!(programme_target -> product_class (product_class));
    diesel::joinable!(programme_target -> product_kind (product_kind));
    diesel::joinable!(programme_target -> programme (programme_id));
    diesel::joinable!(programme_target -> region (region));
    diesel::joinable!(published_figure -> account (entered_by));
    diesel::joinable!(push_message -> account (account_id));
    diesel::joinable!(push_message -> consultation (consultation_id));
    diesel::joinable!(push_subscription -> account (account_id));
    diesel::joinable!(push_waiting -> account (account_id));
    diesel::joinable!(push_waiting -> consultation (consultation_id));
    diesel::joinable!(own_quality_alert -> account (closed_by));
    diesel::joinable!(quality_alert -> assessment (assessment_id));
    diesel::joinable!(quality_alert -> product_kind (product_kind));
    diesel::joinable!(quality_alert -> region (region));
    diesel::joinable!(quality_alert_event -> account (actor_id));
    diesel::joinable!(quality_meeting -> account (recorded_by));
    diesel::joinable!(quick_device -> account (created_by));
    diesel::joinable!(quick_test -> account (entered_by));
    diesel::joinable!(quick_test -> inspection (inspection_id));
    diesel::joinable!(own_recording -> account (began_by));
    diesel::joinable!(recording -> inspection (inspection_id));
    diesel::joinable!(own_recording -> inspection (inspection_id));
    diesel::joinable!(recording_external -> inspection (inspection_id));
    diesel::joinable!(recording_segment -> recording (recording_id));
    diesel::joinable!(recording_summary -> inspection (inspection_id));
    diesel::joinable!(own_recording_summary -> inspection (inspection_id));
    diesel::joinable!(recording_view -> account (account_id));
    diesel::joinable!(recording_view -> inspection (inspection_id));
    diesel::joinable!(response_event -> consultation (consultation_id));
    diesel::joinable!(response_mail -> account (account_id));
    diesel::joinable!(response_notice -> account (account_id));
    diesel::joinable!(response_notice -> consultation (consultation_id));
    diesel::joinable!(response_target -> consultation (consultation_id));
    diesel::joinable!(response_watch -> consultation (consultation_id));
    diesel::joinable!(retention_hold -> consultation (consultation_id));
    diesel::joinable!(retention_hold -> enterprise (enterprise_id));
    diesel::joinable!(retention_hold -> nonconformity (nonconformity_id));
    diesel::joinable!(retention_hold -> remediation_case (case_id));
    diesel::joinable!(risk_digest -> account (account_id));
    diesel::joinable!(sample_custody -> account (recorded_by));
    diesel::joinable!(sample_custody -> inspection (inspection_id));
    diesel::joinable!(sampling_fact -> inspection (inspection_id));
    diesel::joinable!(sampling_list -> account (requested_by));
    diesel::joinable!(sampling_list_proposal -> account (decided_by));
    diesel::joinable!(sampling_list_proposal -> inspection (inspection_id));
    diesel::joinable!(saved_filter -> account (account_id));
    diesel::joinable!(signal -> enterprise (enterprise_id));
    diesel::joinable!(own_signal -> enterprise (enterprise_id));
    diesel::joinable!(signal -> product_kind (product_kind));
    diesel::joinable!(signal_event -> account (actor_id));
    diesel::joinable!(signal_feed -> account (created_by));
    diesel::joinable!(signal_import -> account (requested_by));
    diesel::joinable!(support_baseline -> account (frozen_by));
    diesel::joinable!(support_evaluation -> account (evaluated_by));
    diesel::joinable!(support_measure -> account (created_by));
    diesel::joinable!(support_programme -> programme (programme_id));
    diesel::joinable!(own_training -> account (created_by));
    diesel::joinable!(training -> engagement (id));
    diesel::joinable!(training -> programme (programme_id));
    diesel::joinable!(own_training -> programme (programme_id));
    diesel::joinable!(training -> region (region));
    diesel::joinable!(own_training_attendee -> account (marked_by));
    diesel::joinable!(training_attendee -> enterprise (enterprise_id));
    diesel::joinable!(own_training_attendee -> enterprise (enterprise_id));
    diesel::joinable!(training_attendee -> training (training_id));
    diesel::joinable!(unread_mail -> account (account_id));
    diesel::joinable!(unread_waiting -> account (account_id));
    diesel::joinable!(unread_waiting -> consultation (consultation_id));
    diesel::joinable!(unread_watch -> consultation (consultation_id));
    diesel::joinable!(visit_nonconformity -> nonconformity (nonconformity_id));
    diesel::joinable!(voucher -> enterprise (enterprise_id));
    diesel::joinable!(voucher_application -> account (applied_by));
    diesel::joinable!(voucher_application -> enterprise (enterprise_id));
    diesel::joinable!(voucher_entry -> account (account_id));
    diesel::joinable!(voucher_entry -> laboratory (laboratory_id));
    diesel::joinable!(voucher_issue -> programme (programme_id));
    diesel::joinable!(voucher_issue_event -> account (account_id));
    diesel::joinable!(webhook -> account (account_id));
    diesel::joinable!(zero_out_import -> region (region));
    diesel::joinable!(zero_out_withdrawal -> account (requested_by));

    for_all!(
        product_class,
        product_hospital,
        product_kind,
        region,
        region_scope,
        search_character,
        search_table,
        account,
        account_connection,
        action_deadline,
        application_file,
        assessment,
        assessment_evidence,
        audit_entry,
        case_action,
        case_deadline,
        case_event,
        case_past,
        chat_kept,
        chat_message,
        chat_read,
        chat_stream,
        circuit_member,
        circuit_round,
        commitment,
        commitment_promise,
        conduct,
        conduct_event,
        conduct_fact,
        conduct_line,
        consultation,
        consultation_conclusion,
        consultation_event,
        consultation_merge,
        consultation_offer,
        consultation_participant,
        consultation_rating_past,
        consultation_reader,
        conversation_file,
        credit_change,
        credit_subject,
        engagement,
        engagement_enterprise,
        engagement_expert,
        enterprise,
        enterprise_past,
        expert,
        expert_conflict,
        expert_refusal,
        expert_region,
        expert_shift,
        expert_signed_report,
        expert_specialty,
        follow_up,
        follow_up_result,
        hazard,
        hazard_event,
        inspection,
        inspection_challenge,
        inspection_event,
        inspection_finding,
        inspection_item,
        inspection_link,
        inspection_past,
        inspection_subject,
        inspection_term,
        interviewed,
        kind_regime,
        label_check,
        laboratory,
        matching_assignment,
        matching_plan,
        matching_plan_line,
        nonconformity,
        nonconformity_ever,
        open_nonconformity,
        outreach,
        outreach_result,
        outreach_signal,
        oversight,
        production_licence,
        programme,
        programme_drawn,
        programme_target,
        quality_alert,
        recording,
        recording_segment,
        recording_summary,
        remediation_case,
        remediation_case_ever,
        risk_cell,
        running_case,
        signal,
        training,
        training_attendee,
        zero_out_import,
        zero_out_listed,
        zero_out_row,
    );
}
