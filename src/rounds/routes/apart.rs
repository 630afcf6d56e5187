//! Who must not be sent to whom: the experts whom the rules of visits keep from a member that is given to nobody.

use crate::core::ids::ExpertId;
use crate::rounds::ids::MemberId;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A member and an expert who must not visit it.
#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Pair {
    #[diesel(sql_type = SqlUuid)]
    member: MemberId,
    #[diesel(sql_type = SqlUuid)]
    expert: ExpertId,
}

/// The lasting rules between an expert and an enterprise, as `engagements::visits::fitness` has them for one pair: from the side of the conflicts, since
/// there are few of them and millions of pairs.
const PAIRS: &str = "
    WITH free AS MATERIALIZED (
        SELECT m.id AS member, n.id AS enterprise, n.uscc, n.name
        FROM circuit_member m JOIN published.enterprise n ON n.id = m.enterprise_id
        WHERE m.id = ANY ($1)
    )
    SELECT o.member, c.expert_id AS expert FROM free o JOIN published.expert_conflict c ON c.uscc = o.uscc WHERE c.expert_id = ANY ($2)
    UNION
    SELECT o.member, x.id FROM free o JOIN published.expert x ON x.employer = o.name WHERE x.id = ANY ($2)
    UNION
    SELECT o.member, r.expert_id FROM free o JOIN published.expert_refusal r ON r.enterprise_id = o.enterprise WHERE r.expert_id = ANY ($2)
    UNION
    SELECT o.member, s.expert_id
    FROM free o
    JOIN published.nonconformity f ON f.enterprise_id = o.enterprise
    JOIN published.expert_signed_report s ON s.report_no = f.report_no
    WHERE s.expert_id = ANY ($2)";

/// Of each of these members the experts, among these, who must not visit it; members whom all may visit are not among them.
///
/// # Errors
/// When the database can't be asked.
pub fn apart(
    conn: &mut PgConnection,
    members: &[MemberId],
    experts: &[ExpertId],
) -> QueryResult<HashMap<MemberId, BTreeSet<ExpertId>>> {
    let mut found: HashMap<MemberId, BTreeSet<ExpertId>> = HashMap::new();
    if members.is_empty() {
        return Ok(found);
    }
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let experts: Vec<Uuid> = experts.iter().map(|expert| expert.0).collect();
    let pairs: Vec<Pair> = diesel::sql_query(PAIRS)
        .bind::<Array<SqlUuid>, _>(members)
        .bind::<Array<SqlUuid>, _>(experts)
        .load(conn)?;
    for Pair { member, expert } in pairs {
        found.entry(member).or_default().insert(expert);
    }
    Ok(found)
}
