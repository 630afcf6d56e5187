//! Reading what is known of members, and what was decided of them.

use crate::core::ids::EnterpriseId;
use crate::db::schema::circuit_member_event;
use crate::programmes::ids::ProgrammeId;
use crate::rounds::ids::MemberId;
use crate::rounds::member_state::MemberState;
use crate::rounds::stage::{Evidence, EvidenceKind};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = Text)]
    kind: EvidenceKind,
    #[diesel(sql_type = SqlUuid)]
    subject: Uuid,
    #[diesel(sql_type = Timestamptz)]
    from_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    until_at: Option<DateTime<Utc>>,
}

/// The evidence of each enterprise. Of engagements only those of the programme and those of none count; of all programmes where none is named.
///
/// # Errors
/// When the database can't be asked.
pub fn evidence(
    conn: &mut PgConnection,
    enterprises: &[EnterpriseId],
    programme: Option<ProgrammeId>,
) -> QueryResult<HashMap<EnterpriseId, Vec<Evidence>>> {
    let rows: Vec<Row> = diesel::sql_query("SELECT * FROM circuit_evidence($1, $2)")
        .bind::<Array<SqlUuid>, _>(enterprises)
        .bind::<Nullable<SqlUuid>, _>(programme)
        .load(conn)?;
    let mut found: HashMap<EnterpriseId, Vec<Evidence>> = HashMap::with_capacity(enterprises.len());
    for Row { enterprise_id, kind, subject, from_at, until_at } in rows {
        let piece = Evidence { kind, subject, from: from_at, until: until_at };
        found.entry(enterprise_id).or_default().push(piece);
    }
    Ok(found)
}

/// What was decided of members, of each the first decision first.
pub type DecisionsOf = HashMap<MemberId, Vec<(DateTime<Utc>, MemberState)>>;

/// What was decided of each member, the first decision first.
///
/// # Errors
/// When the database can't be asked.
pub fn decisions(conn: &mut PgConnection, members: &[MemberId]) -> QueryResult<DecisionsOf> {
    use circuit_member_event as e;
    let rows: Vec<(MemberId, DateTime<Utc>, MemberState)> = e::table
        .filter(e::member_id.eq_any(members))
        .order((e::member_id, e::ordinal))
        .select((e::member_id, e::at, e::to_state))
        .load(conn)?;
    let mut found: HashMap<MemberId, Vec<(DateTime<Utc>, MemberState)>> = HashMap::new();
    for (member, at, state) in rows {
        found.entry(member).or_default().push((at, state));
    }
    Ok(found)
}
