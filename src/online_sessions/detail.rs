//! One session, as its reader may see it.

use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::find_all;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::page::{Page, Slice, Total};
use crate::db::published::{enterprise, expert};
use crate::db::schema::{
    online_session, online_session_expert, online_session_member, online_session_question,
};
use crate::db::total::total;
use crate::online_sessions::ids::{OnlineSessionId, QuestionId};
use crate::online_sessions::policy::{permit, visible_to};
use crate::online_sessions::queries::{OnlineSessionRow, OnlineSessionView, views};
use crate::online_sessions::state::{OnlineQuestionState, OnlineSessionStep, allowed};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// The most questions that are shown.
const MOST: i64 = 1_000;

/// A session with all that its reader may know.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OnlineSessionDetail {
    /// The session.
    #[serde(flatten)]
    pub view: OnlineSessionView,
    /// The steps that its state allows.
    #[schema(inline)]
    pub allowed: Vec<OnlineSessionStep>,
    /// The experts who hold it.
    pub experts: Vec<OnlineSessionExpert>,
    /// The address at which it is held; for those who manage it or have signed up.
    pub meeting_url: Option<String>,
    /// The minutes; likewise.
    pub minutes: Option<String>,
    /// The address of the recording; likewise.
    pub recording_url: Option<String>,
    /// The file of the recording; likewise.
    pub recording_file: Option<Attachment>,
    /// The questions, the first one first, at most 1,000: all for those who manage it; what was answered and what it asked itself for an enterprise that
    /// signed up. All of them page by page: `…/questions`.
    pub questions: Vec<OnlineQuestionView>,
}

/// An expert who holds a session.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OnlineSessionExpert {
    /// The expert.
    pub id: ExpertId,
    /// The name.
    pub name: String,
    /// The title.
    pub title: String,
}

/// A question.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OnlineQuestionView {
    /// Id of the question.
    pub id: QuestionId,
    /// The question.
    pub text: String,
    /// The enterprise that asked; for those who manage the session.
    pub enterprise: Option<String>,
    /// Whether the own enterprise asked it.
    pub own: bool,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Whether it was asked while the session was held.
    pub during: bool,
    /// The state.
    #[schema(inline)]
    pub state: OnlineQuestionState,
    /// The answer; of one that was declined, the reason.
    pub answer: Option<String>,
    /// The consultation that it became; for those who manage the session and for who asked.
    pub consultation_id: Option<Uuid>,
    /// When it was dealt with.
    pub answered_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = online_session, check_for_backend(Pg))]
struct Record {
    #[diesel(embed)]
    row: OnlineSessionRow,
    meeting_url: Option<String>,
    minutes: Option<String>,
    recording_url: Option<String>,
    recording_file: Option<AttachmentId>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = online_session_question, check_for_backend(Pg))]
struct Asked {
    id: QuestionId,
    enterprise_id: EnterpriseId,
    text: String,
    asked_at: DateTime<Utc>,
    during: bool,
    state: OnlineQuestionState,
    answer: Option<String>,
    consultation_id: Option<Uuid>,
    answered_at: Option<DateTime<Utc>>,
}

/// The questions of a session that its reader may see: all of them for those who manage it; for an enterprise its own, and what was answered before all.
fn seen(
    id: OnlineSessionId,
    own: Option<EnterpriseId>,
    state: Option<OnlineQuestionState>,
) -> online_session_question::BoxedQuery<'static, Pg> {
    use online_session_question as q;
    let mut query = q::table.filter(q::session_id.eq(id)).into_boxed();
    if let Some(own) = own {
        query = query.filter(q::state.eq(OnlineQuestionState::Answered).or(q::enterprise_id.eq(own)));
    }
    match state {
        Some(state) => query.filter(q::state.eq(state)),
        None => query,
    }
}

/// Whose questions are shown beside those that were answered; none for those who manage the session. Nothing is shown to who has not signed up.
fn reader(
    conn: &mut PgConnection,
    actor: &Actor,
    id: OnlineSessionId,
) -> Result<(Option<EnterpriseId>, bool), Problem> {
    use online_session_member as m;
    permit(actor)?;
    let known: OnlineSessionId =
        visible_to(actor).filter(online_session::id.eq(id)).select(online_session::id).first(conn)?;
    let Some(Scope::Enterprise(own)) = actor.scope() else { return Ok((None, true)) };
    let signed: i64 = m::table
        .filter(m::session_id.eq(known))
        .filter(m::enterprise_id.eq(*own))
        .filter(m::signed_up_at.is_not_null())
        .count()
        .get_result(conn)?;
    Ok((Some(*own), signed > 0))
}

/// A page of the questions of a session, in the order in which they were asked.
///
/// # Errors
/// 403 for who has no part in sessions, 404 where the actor may not know of this one.
pub fn question_page(
    conn: &mut PgConnection,
    actor: &Actor,
    id: OnlineSessionId,
    state: Option<OnlineQuestionState>,
    slice: Slice,
) -> Result<Page<OnlineQuestionView>, Problem> {
    use online_session_question as q;
    let (own, within) = reader(conn, actor, id)?;
    let mut asked: Vec<Asked> = Vec::new();
    if within {
        let mut query = seen(id, own, state);
        if let Some(after) = slice.after {
            query = query.filter(q::id.gt(QuestionId(after)));
        }
        asked = query.order(q::id).limit(slice.limit + 1).select(Asked::as_select()).load(conn)?;
    }
    let Page { items, next_cursor } = Page::cut(asked, slice, |one| one.id.0);
    Ok(Page { items: views_of(conn, own, items)?, next_cursor })
}

/// How many questions that finds.
///
/// # Errors
/// As [`question_page`].
pub fn count_questions(
    conn: &mut PgConnection,
    actor: &Actor,
    id: OnlineSessionId,
    state: Option<OnlineQuestionState>,
) -> Result<Total, Problem> {
    let (own, within) = reader(conn, actor, id)?;
    let mut query = seen(id, own, state);
    if !within {
        query = query.filter(sql::<Bool>("FALSE"));
    }
    Ok(total(conn, query.select(online_session_question::id))?)
}

fn questions(
    conn: &mut PgConnection,
    id: OnlineSessionId,
    own: Option<EnterpriseId>,
) -> Result<Vec<OnlineQuestionView>, Problem> {
    use online_session_question as q;
    let asked: Vec<Asked> =
        seen(id, own, None).order(q::id).limit(MOST).select(Asked::as_select()).load(conn)?;
    views_of(conn, own, asked)
}

fn views_of(
    conn: &mut PgConnection,
    own: Option<EnterpriseId>,
    asked: Vec<Asked>,
) -> Result<Vec<OnlineQuestionView>, Problem> {
    let names: HashMap<EnterpriseId, String> = match own {
        Some(_) => HashMap::new(),
        None => {
            let ids: Vec<EnterpriseId> = asked.iter().map(|one| one.enterprise_id).collect();
            let rows: Vec<(EnterpriseId, String)> = enterprise::table
                .filter(enterprise::id.eq_any(ids))
                .select((enterprise::id, enterprise::name))
                .load(conn)?;
            rows.into_iter().collect()
        }
    };
    let view = |one: Asked| {
        let mine = own == Some(one.enterprise_id);
        OnlineQuestionView {
            id: one.id,
            text: one.text,
            enterprise: names.get(&one.enterprise_id).cloned(),
            own: mine,
            asked_at: one.asked_at,
            during: one.during,
            state: one.state,
            answer: one.answer,
            consultation_id: one.consultation_id.filter(|_| own.is_none() || mine),
            answered_at: one.answered_at,
        }
    };
    Ok(asked.into_iter().map(view).collect())
}

/// One session, as its reader may see it.
///
/// # Errors
/// 403 for anyone but officers, experts and enterprises, 404 where the actor may not know of it.
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    id: OnlineSessionId,
) -> Result<OnlineSessionDetail, Problem> {
    use online_session_expert as e;
    permit(actor)?;
    let record: Record =
        visible_to(actor).filter(online_session::id.eq(id)).select(Record::as_select()).first(conn)?;
    let view = views(conn, actor, vec![record.row])?.into_iter().next().ok_or_else(Problem::not_found)?;
    let own = match actor.scope() {
        Some(Scope::Enterprise(own)) => Some(*own),
        _ => None,
    };
    let within = own.is_none() || view.own_signed_up_at.is_some();
    let of: Vec<ExpertId> = e::table.filter(e::session_id.eq(id)).select(e::expert_id).load(conn)?;
    let experts: Vec<(ExpertId, String, String)> = expert::table
        .filter(expert::id.eq_any(of))
        .order(expert::id)
        .select((expert::id, expert::name, expert::title))
        .load(conn)?;
    let file = match record.recording_file.filter(|_| within) {
        Some(file) => find_all(conn, &[file])?.into_iter().next().map(Attachment::from),
        None => None,
    };
    Ok(OnlineSessionDetail {
        allowed: allowed(view.session.state),
        experts: experts
            .into_iter()
            .map(|(id, name, title)| OnlineSessionExpert { id, name, title })
            .collect(),
        meeting_url: record.meeting_url.filter(|_| within),
        minutes: record.minutes.filter(|_| within),
        recording_url: record.recording_url.filter(|_| within),
        recording_file: file,
        questions: if within { questions(conn, id, own)? } else { Vec::new() },
        view,
    })
}
