//! Reading commitments: the list, and one of them with its promises.

use crate::attachments::Attachment;
use crate::core::actor::Actor;
use crate::core::clock::day_in;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Language, Problem};
use crate::db::order::in_order;
use crate::db::schema::{commitment, commitment_promise, engagement, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::engagements::commitments::promises::state_on;
use crate::engagements::commitments::texts::{TextView, in_force};
use crate::engagements::common::enterprises::{Named, names};
use crate::engagements::common::files::files_of;
use crate::engagements::common::ids::PromiseId;
use crate::engagements::common::words::PromiseState;
use crate::engagements::ids::EngagementId;
use crate::engagements::policy;
use crate::engagements::state::EngagementState;
use crate::programmes::ids::ProgrammeId;
use crate::remediation::ids::{ActionId, CaseId};
use crate::settings::Settings;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A commitment.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CommitmentView {
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// The commitment.
    #[serde(flatten)]
    pub row: CommitmentRow,
}

/// A row of `commitment`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = commitment, check_for_backend(Pg))]
pub struct CommitmentRow {
    /// Id of the commitment, which is that of the engagement.
    pub id: EngagementId,
    /// Its number.
    pub number: String,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Code of the region whose officers keep it.
    pub region: String,
    /// The programme to which it belongs.
    pub programme_id: Option<ProgrammeId>,
    /// The topic.
    pub topic: String,
    /// The state: `drafted`, `cancelled`, `signed`, `kept`, `broken` or `released`.
    #[schema(inline)]
    pub state: EngagementState,
    /// What it is about, as the rules of credit name it.
    pub matter: String,
    /// Code of the product kind.
    pub product_kind: Option<String>,
    /// The case whose actions its promises became.
    pub case_id: Option<CaseId>,
    /// The version of the text that was signed.
    pub text_version: Option<String>,
    /// The post of who signed.
    pub signer_post: Option<String>,
    /// The day of the signature, in Asia/Shanghai.
    pub signed_on: Option<NaiveDate>,
    /// The last day of its last promise.
    pub due_on: Option<NaiveDate>,
    /// Whether a promise is past due and not reported as carried out.
    pub overdue: bool,
    /// The day on which it was found kept or broken, or released.
    pub settled_on: Option<NaiveDate>,
    /// The evidence or the reason that the officer gave.
    pub settled_reason: Option<String>,
    /// The entry of credit conduct that came of it.
    pub conduct_id: Option<Uuid>,
    /// Why it became no credit conduct although it is settled.
    pub conduct_note: Option<String>,
    /// When the enterprise was asked.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct CommitmentFilter {
    /// Only those of this state.
    pub state: Option<EngagementState>,
    /// Only those with a promise past due and not reported, or only those without.
    pub overdue: Option<bool>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those of this programme.
    pub programme: Option<ProgrammeId>,
    /// Only those in whose enterprise, credit code, number or topic these words stand.
    pub q: Option<String>,
}

/// Where commitments are searched.
pub const TEXTS: Columns =
    Columns { texts: &["commitment.search_text"], readings: &["commitment.search_readings"], code: true };

fn visible(actor: &Actor) -> commitment::BoxedQuery<'static, Pg> {
    let known = policy::visible_to(actor).select(engagement::id);
    commitment::table.filter(commitment::id.eq_any(known)).into_boxed()
}

fn narrowed(
    actor: &Actor,
    filter: &CommitmentFilter,
    found: Option<Condition>,
) -> commitment::BoxedQuery<'static, Pg> {
    use commitment as c;
    let mut query = visible(actor);
    if let Some(state) = filter.state {
        query = query.filter(c::state.eq(state));
    }
    if let Some(overdue) = filter.overdue {
        query = query.filter(c::overdue.eq(overdue));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(c::region.eq_any(under));
    }
    if let Some(enterprise) = filter.enterprise {
        query = query.filter(c::enterprise_id.eq(enterprise));
    }
    if let Some(programme) = filter.programme {
        query = query.filter(c::programme_id.assume_not_null().eq(programme));
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

fn view(named: &Named, row: CommitmentRow) -> CommitmentView {
    let (enterprise_name, uscc) = named.get(&row.enterprise_id).cloned().unwrap_or_default();
    CommitmentView { enterprise_name, uscc, row }
}

/// A page of commitments, the newest first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &CommitmentFilter,
    slice: Slice,
) -> Result<Page<CommitmentView>, Problem> {
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<CommitmentRow>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(commitment::id.lt(EngagementId(after)));
        }
        query
            .order(in_order(slice, commitment::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(CommitmentRow::as_select())
            .load(conn)
    };
    let page = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let ids: Vec<EnterpriseId> = page.items.iter().map(|row| row.enterprise_id).collect();
    let named = names(conn, &ids)?;
    Ok(page.map(|row| view(&named, row)))
}

/// How many commitments a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &CommitmentFilter) -> Result<Total, Problem> {
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(commitment::id))?)
}

/// A promise, as it stands today.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PromiseView {
    /// Id of the promise.
    pub id: PromiseId,
    /// What is promised.
    pub text: String,
    /// Until when.
    pub due_on: NaiveDate,
    /// The last day that counts: the working day on or after that day.
    pub counts_until: NaiveDate,
    /// Whether the day is a rest day, so that another one counts.
    pub rest_day: bool,
    /// The action of the case that it became.
    pub action_id: Option<ActionId>,
    /// When it was carried out, as the enterprise reports it.
    pub reported_on: Option<NaiveDate>,
    /// Report of how the promise was carried out.
    pub report: Option<String>,
    /// Its state today.
    #[schema(inline)]
    pub state: PromiseState,
    /// Files that prove it.
    pub files: Vec<Attachment>,
}

#[derive(Queryable)]
struct PromiseRow {
    id: PromiseId,
    text: String,
    due_on: NaiveDate,
    counts_until: NaiveDate,
    action_id: Option<ActionId>,
    reported_on: Option<NaiveDate>,
    report: Option<String>,
}

/// A commitment with what was signed and what was promised.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CommitmentDetail {
    /// The commitment.
    #[serde(flatten)]
    pub view: CommitmentView,
    /// That it is public and counts for credit, in Chinese: to be told before it is signed.
    pub notice_zh: String,
    /// The same in English.
    pub notice_en: String,
    /// The text to be signed: that in force; absent once it is signed.
    pub to_sign: Option<TextView>,
    /// The text that was signed.
    pub text: Option<String>,
    /// SHA-256 of the text that was signed, in hexadecimal.
    pub text_sha256: Option<String>,
    /// When the signer confirmed to have been told.
    pub told_at: Option<DateTime<Utc>>,
    /// Who signed.
    pub signer_name: Option<String>,
    /// What is promised; before the signature, what is proposed.
    pub promises: Vec<PromiseView>,
    /// Warnings about days of promises that are rest days.
    pub warnings: Vec<String>,
    /// Files of the officer's finding.
    pub files: Vec<Attachment>,
}

/// That a commitment is public and counts for credit, in Chinese.
pub const NOTICE_ZH: &str = "承诺书的文本、承诺事项、期限和履行情况依法向社会公开，并计入信用记录（《广东省市场监管条例》第四十六条）。公开的内容包括企业名称和签署人职务，不包括签署人姓名和联系方式。";
/// The same in English.
pub const NOTICE_EN: &str = "The text of the commitment, what is promised until when and whether it is kept are public and count for \
    credit (Guangdong Market Regulation Ordinance, art. 46). The name of the enterprise and the post of who signs are public, the \
    signer’s name and telephone number are not.";

fn promises(
    conn: &mut PgConnection,
    id: EngagementId,
    today: NaiveDate,
) -> Result<(Vec<PromiseView>, Vec<Attachment>), Problem> {
    use commitment_promise as p;
    let rows: Vec<PromiseRow> = p::table
        .filter(p::commitment_id.eq(id))
        .order(p::ordinal)
        .select((p::id, p::text, p::due_on, p::counts_until, p::action_id, p::reported_on, p::report))
        .load(conn)?;
    let mut files = files_of(conn, id)?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let (own, others): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(promise, _)| *promise == Some(row.id));
        files = others;
        views.push(PromiseView {
            rest_day: row.due_on != row.counts_until,
            state: state_on(row.counts_until, row.reported_on, today),
            id: row.id,
            text: row.text,
            due_on: row.due_on,
            counts_until: row.counts_until,
            action_id: row.action_id,
            reported_on: row.reported_on,
            report: row.report,
            files: own.into_iter().map(|(_, file)| file).collect(),
        });
    }
    Ok((views, files.into_iter().map(|(_, file)| file).collect()))
}

/// One commitment that the actor may know of.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    id: EngagementId,
    (settings, today): (&Settings, NaiveDate),
) -> Result<CommitmentDetail, Problem> {
    use commitment as c;
    let row: CommitmentRow =
        visible(actor).filter(c::id.eq(id)).select(CommitmentRow::as_select()).first(conn)?;
    let (text, text_sha256, told_at, signer_name) = c::table
        .find(id)
        .select((c::text, c::text_sha256, c::told_at, c::signer_name))
        .first::<(Option<String>, Option<String>, Option<DateTime<Utc>>, Option<String>)>(conn)?;
    let to_sign = match row.state {
        EngagementState::Drafted => Some(in_force(conn, settings, today)?),
        _ => None,
    };
    let (promises, files) = promises(conn, id, today)?;
    let rest = promises.iter().filter(|promise| promise.rest_day);
    let warnings = rest
        .map(|promise| (day_in(Language::Zh, promise.due_on), day_in(Language::Zh, promise.counts_until)))
        .map(|(day, counts)| format!("{day}为休息日，以其后的工作日{counts}为准"));
    let warnings = warnings.collect();
    let named = names(conn, &[row.enterprise_id])?;
    Ok(CommitmentDetail {
        view: view(&named, row),
        notice_zh: NOTICE_ZH.to_owned(),
        notice_en: NOTICE_EN.to_owned(),
        to_sign,
        text,
        text_sha256,
        told_at,
        signer_name,
        promises,
        warnings,
        files,
    })
}
