//! Who is invited, signs up, leaves and joins.

use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::db::published::enterprise;
use crate::db::schema::{online_session_member, region_scope};
use crate::db::{Command, Tx};
use crate::online_sessions::ids::OnlineSessionId;
use crate::online_sessions::notices;
use crate::online_sessions::settings::OnlineSessionSettings;
use crate::online_sessions::state::{OnlineSessionStep, transition};
use crate::online_sessions::store::{self, Row, not_now};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text as SqlText, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most enterprises of one invitation.
const MOST: usize = 2_000;

/// How many have signed up.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn signed_up(conn: &mut PgConnection, id: OnlineSessionId) -> QueryResult<i64> {
    use online_session_member as m;
    m::table.filter(m::session_id.eq(id)).filter(m::signed_up_at.is_not_null()).count().get_result(conn)
}

/// Invites enterprises: those that are named, or all of the region of the session that are open on the zero-out list with one of its kinds. Who was
/// invited before stays so and is not told again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InviteEnterprises {
    /// The session.
    pub id: OnlineSessionId,
    /// The enterprises, at most 2,000 at once.
    pub enterprises: Vec<EnterpriseId>,
    /// All that are open on the list, up to 2,000 at once.
    pub open_on_list: bool,
}

/// Result of an invitation.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SessionInvited {
    /// The session.
    pub id: OnlineSessionId,
    /// How many were invited by this call.
    pub invited: usize,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Written {
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
}

/// Those who are open on the list with one of the kinds, in the region.
const OPEN: &str = "
    INSERT INTO online_session_member (session_id, enterprise_id, invited_at)
    SELECT $1, e.id, $2
    FROM published.enterprise e
    JOIN region_scope s ON s.region = e.region AND s.scope = $3
    WHERE e.operating_status = 'operating' AND e.withdrawn_at IS NULL
      AND EXISTS (SELECT FROM published.open_nonconformity n WHERE n.enterprise_id = e.id AND n.product_kind = ANY ($4))
      AND NOT EXISTS (SELECT FROM online_session_member m WHERE m.session_id = $1 AND m.enterprise_id = e.id)
    ORDER BY e.id
    LIMIT $5
    ON CONFLICT DO NOTHING
    RETURNING enterprise_id";

impl InviteEnterprises {
    /// Those who are named, where all are of the region.
    fn named(&self, tx: &mut Tx, row: &Row) -> Result<Vec<EnterpriseId>, Problem> {
        use online_session_member as m;
        let mut fields = Fields::new();
        fields.require(
            (1..=MOST).contains(&self.enterprises.len()),
            "/enterprises",
            "须有 1 到 2000 家企业",
            "must be 1 to 2000 enterprises",
        );
        let named: Vec<EnterpriseId> = self.enterprises.iter().copied().take(MOST).collect();
        let known: Vec<EnterpriseId> = enterprise::table
            .filter(enterprise::id.eq_any(&named))
            .filter(enterprise::withdrawn_at.is_null())
            .filter(
                enterprise::region.eq_any(
                    region_scope::table
                        .filter(region_scope::scope.eq(row.region.clone()))
                        .select(region_scope::region),
                ),
            )
            .select(enterprise::id)
            .load(&mut *tx.conn)?;
        let known: std::collections::HashSet<EnterpriseId> = known.into_iter().collect();
        for (at, id) in named.iter().enumerate() {
            fields.require(
                known.contains(id),
                &format!("/enterprises/{at}"),
                "不是本地区的企业",
                "is not an enterprise of the region of the session",
            );
        }
        fields.done()?;
        let rows: Vec<_> = known
            .iter()
            .map(|id| (m::session_id.eq(row.id), m::enterprise_id.eq(*id), m::invited_at.eq(tx.now)))
            .collect();
        Ok(diesel::insert_into(m::table)
            .values(rows)
            .on_conflict_do_nothing()
            .returning(m::enterprise_id)
            .get_results(&mut *tx.conn)?)
    }
}

impl Command for InviteEnterprises {
    type Output = SessionInvited;
    const NAME: &'static str = "invite_to_online_session";

    fn run(&self, tx: &mut Tx) -> Result<SessionInvited, Problem> {
        let row = store::load_managed(tx, self.id)?;
        transition(row.state, OnlineSessionStep::Invite)?;
        if tx.now >= row.ends_at {
            return Err(not_now("线上问诊会已经结束", "the session is over"));
        }
        let told: Vec<EnterpriseId> = if self.open_on_list {
            let (now, most) = (tx.now, i64::try_from(MOST).unwrap_or(i64::MAX));
            let written: Vec<Written> = diesel::sql_query(OPEN)
                .bind::<SqlUuid, _>(row.id)
                .bind::<Timestamptz, _>(now)
                .bind::<SqlText, _>(&row.region)
                .bind::<Array<SqlText>, _>(&row.product_kinds)
                .bind::<BigInt, _>(most)
                .load(&mut *tx.conn)?;
            written.into_iter().map(|one| one.enterprise_id).collect()
        } else {
            self.named(tx, &row)?
        };
        if !told.is_empty() {
            store::step(tx, &row, OnlineSessionStep::Invite, None)?;
            store::audit(tx, &row, Self::NAME, json!({ "invited": told.len() }))?;
            notices::invited(tx, &row, &told)?;
        }
        Ok(SessionInvited { id: row.id, invited: told.len() })
    }
}

/// Signs the own enterprise up, while there are places. Signing up twice changes nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignUp {
    /// The session.
    pub id: OnlineSessionId,
}

/// When the own enterprise signed up.
fn own(tx: &mut Tx, row: &Row, own: EnterpriseId) -> Result<Option<DateTime<Utc>>, Problem> {
    use online_session_member as m;
    Ok(m::table.find((row.id, own)).select(m::signed_up_at).first(&mut *tx.conn)?)
}

impl Command for SignUp {
    type Output = OnlineSessionId;
    const NAME: &'static str = "sign_up_for_online_session";

    fn run(&self, tx: &mut Tx) -> Result<OnlineSessionId, Problem> {
        use online_session_member as m;
        let (row, enterprise) = store::invited(tx, self.id)?;
        transition(row.state, OnlineSessionStep::SignUp)?;
        if tx.now >= row.ends_at {
            return Err(not_now("线上问诊会已经结束", "the session is over"));
        }
        if own(tx, &row, enterprise)?.is_some() {
            return Ok(row.id);
        }
        // The session is locked, so the last place is given once.
        if signed_up(&mut tx.conn, row.id)? >= i64::from(row.capacity) {
            let text = Text::new(
                format!("名额已满（{} 家）", row.capacity),
                format!("all {} places are taken", row.capacity),
            );
            return Err(Problem::new(Code::OnlineSessionFull, text));
        }
        diesel::update(m::table.find((row.id, enterprise)))
            .set(m::signed_up_at.eq(tx.now))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, OnlineSessionStep::SignUp, None)?;
        store::audit(tx, &row, Self::NAME, json!({ "enterprise": enterprise }))?;
        Ok(row.id)
    }
}

/// Gives the own place back, before the session begins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeaveSession {
    /// The session.
    pub id: OnlineSessionId,
}

impl Command for LeaveSession {
    type Output = OnlineSessionId;
    const NAME: &'static str = "leave_online_session";

    fn run(&self, tx: &mut Tx) -> Result<OnlineSessionId, Problem> {
        use online_session_member as m;
        let (row, enterprise) = store::invited(tx, self.id)?;
        transition(row.state, OnlineSessionStep::Leave)?;
        if tx.now >= row.starts_at {
            return Err(not_now("线上问诊会已经开始，不能取消报名", "the session has begun"));
        }
        if own(tx, &row, enterprise)?.is_none() {
            return Ok(row.id);
        }
        diesel::update(m::table.find((row.id, enterprise)))
            .set(m::signed_up_at.eq(None::<DateTime<Utc>>))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, OnlineSessionStep::Leave, None)?;
        store::audit(tx, &row, Self::NAME, json!({ "enterprise": enterprise }))?;
        Ok(row.id)
    }
}

/// Joins the session within its time. The enterprise has attended from the first time on; it counts once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JoinSession {
    /// The session.
    pub id: OnlineSessionId,
}

/// Where the session is held.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SessionJoined {
    /// The session.
    pub id: OnlineSessionId,
    /// When the enterprise first joined.
    pub joined_at: DateTime<Utc>,
    /// The address.
    pub meeting_url: Option<String>,
}

impl Command for JoinSession {
    type Output = SessionJoined;
    const NAME: &'static str = "join_online_session";

    fn run(&self, tx: &mut Tx) -> Result<SessionJoined, Problem> {
        use online_session_member as m;
        let (row, enterprise) = store::invited(tx, self.id)?;
        transition(row.state, OnlineSessionStep::Join)?;
        let before = tx.settings.section::<OnlineSessionSettings>().join_before_minutes;
        let from = row.starts_at - Duration::minutes(i64::from(before));
        if tx.now < from || tx.now >= row.ends_at {
            return Err(not_now(
                format!("开始前 {before} 分钟起至结束为止可以参会"),
                format!("one joins from {before} minutes before its beginning until its end"),
            ));
        }
        if own(tx, &row, enterprise)?.is_none() {
            return Err(not_now("请先报名", "sign up first"));
        }
        let known: Option<DateTime<Utc>> =
            m::table.find((row.id, enterprise)).select(m::joined_at).first(&mut *tx.conn)?;
        let joined_at = known.unwrap_or(tx.now);
        if known.is_none() {
            diesel::update(m::table.find((row.id, enterprise)))
                .set(m::joined_at.eq(joined_at))
                .execute(&mut *tx.conn)?;
            store::step(tx, &row, OnlineSessionStep::Join, None)?;
            store::audit(tx, &row, Self::NAME, json!({ "enterprise": enterprise }))?;
        }
        Ok(SessionJoined { id: row.id, joined_at, meeting_url: row.meeting_url })
    }
}
