//! Announcing a session, changing it, cancelling it.

use crate::accounts::people::active_experts;
use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::db::officer_steps::reason;
use crate::db::published::expert;
use crate::db::regional::set_up;
use crate::db::schema::{online_session, online_session_expert};
use crate::db::{Command, Tx};
use crate::experts::vocabulary::Vetting;
use crate::experts::workload;
use crate::online_sessions::ids::OnlineSessionId;
use crate::online_sessions::moment::Moment;
use crate::online_sessions::settings::OnlineSessionSettings;
use crate::online_sessions::state::{OnlineSessionState, OnlineSessionStep, transition};
use crate::online_sessions::store::{self, Row};
use crate::online_sessions::{links, notices};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// The most kinds of a session.
const MOST_KINDS: usize = 20;
/// The most experts of a session.
const MOST_EXPERTS: usize = 20;

/// What a session is to be.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnlineSessionInput {
    /// Its topic, at most 200 characters.
    pub topic: String,
    /// Description, at most 4,000 characters.
    #[serde(default)]
    pub about: Option<String>,
    /// Code of its region: an officer's own or one under it, the own one where none is named; that of the product hospital for an expert. It stays.
    #[serde(default)]
    pub region: Option<String>,
    /// Codes of the product kinds, 1 to 20.
    pub product_kinds: Vec<String>,
    /// When it begins; without an offset in Asia/Shanghai.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Moment,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Moment,
    /// For how many enterprises there are places, 1 to 5,000.
    #[schema(minimum = 1, maximum = 5_000)]
    pub capacity: i32,
    /// The address at which it is held, `https` and public; who signed up sees it.
    #[serde(default)]
    pub meeting_url: Option<String>,
    /// The experts who hold it, at most 20. An expert who announces it is one of them.
    #[serde(default)]
    #[schema(value_type = Vec<ExpertId>)]
    pub experts: Vec<ExpertId>,
}

/// An input that was checked.
struct Checked {
    topic: String,
    about: Option<String>,
    kinds: Vec<String>,
    meeting_url: Option<String>,
    experts: BTreeSet<ExpertId>,
}

/// The region of a session that is announced: the own product hospital's of an expert.
fn region(tx: &mut Tx, fields: &mut Fields, input: &OnlineSessionInput) -> Result<String, Problem> {
    let Some(Scope::Expert(id)) = tx.actor.scope().cloned() else {
        return Ok(set_up(tx, fields, input.region.as_deref())?.1);
    };
    let code: Option<String> =
        expert::table.filter(expert::id.eq(id)).select(expert::hospital).first(&mut *tx.conn)?;
    let own = code.as_deref().and_then(|code| tx.catalogue.products.hospital(code)).map(|h| h.region.clone());
    let Some(own) = own else {
        let (zh, en) = (
            "专家未登记所在产品医院，请由监管人员公布",
            "an expert without a product hospital asks an officer to announce it",
        );
        fields.require(false, "/region", zh, en);
        return Ok(String::new());
    };
    fields.require(
        input.region.as_ref().is_none_or(|region| *region == own),
        "/region",
        "须为产品医院所在地区",
        "must be the region of the product hospital",
    );
    Ok(own)
}

/// The experts who are to hold a session: those named, and the expert who announces it.
fn named(tx: &Tx, input: &OnlineSessionInput) -> BTreeSet<ExpertId> {
    let mut experts: BTreeSet<ExpertId> = input.experts.iter().copied().take(MOST_EXPERTS).collect();
    if let Some(Scope::Expert(own)) = tx.actor.scope() {
        experts.insert(*own);
    }
    experts
}

/// Locks these experts, in one order and before the session: whoever ends the account of one of them waits and hands this session on as well, and
/// whoever comes after that sees that the account has ended.
fn lock_experts(tx: &mut Tx, input: &OnlineSessionInput) -> Result<(), Problem> {
    for expert in named(tx, input) {
        workload::lock(tx, expert)?;
    }
    Ok(())
}

fn check(tx: &mut Tx, fields: &mut Fields, input: &OnlineSessionInput) -> Result<Checked, Problem> {
    let topic = fields.text("/topic", &input.topic, 200);
    let about = fields.optional_text("/about", input.about.as_deref(), 4_000);
    fields.require(
        (1..=MOST_KINDS).contains(&input.product_kinds.len()),
        "/product_kinds",
        "须有 1 到 20 个产品种类",
        "must be 1 to 20 product kinds",
    );
    let mut kinds = BTreeSet::new();
    for (at, name) in input.product_kinds.iter().enumerate().take(MOST_KINDS) {
        match tx.catalogue.products.kind(name) {
            Some(kind) => _ = kinds.insert(kind.code.clone()),
            None => {
                fields.fault(format!("/product_kinds/{at}"), "未知的产品种类", "is not a known product kind")
            }
        }
    }
    let longest = tx.settings.section::<OnlineSessionSettings>().longest_minutes;
    let (from, until) = (input.starts_at.0, input.ends_at.0);
    fields.require(from > tx.now, "/starts_at", "须晚于当前时间", "must be later than now");
    let latest = tx.now.checked_add_signed(Duration::days(730));
    fields.require(
        latest.is_some_and(|latest| from < latest),
        "/starts_at",
        "须在两年以内",
        "must be within two years",
    );
    let minutes = until.signed_duration_since(from).num_minutes();
    if !(1..=i64::from(longest)).contains(&minutes) {
        fields.fault(
            "/ends_at",
            format!("须晚于开始时间，且时长不超过 {longest} 分钟"),
            format!("must be after starts_at, by at most {longest} minutes"),
        );
    }
    fields.require(
        (1..=5_000).contains(&input.capacity),
        "/capacity",
        "须为 1 到 5000 的整数",
        "must be a whole number from 1 to 5000",
    );
    let meeting_url = links::checked(fields, "/meeting_url", input.meeting_url.as_deref());
    fields.require(
        input.experts.len() <= MOST_EXPERTS,
        "/experts",
        "最多 20 名专家",
        "must be at most 20 experts",
    );
    let experts = named(tx, input);
    let active = active_experts(&mut tx.conn, experts.iter().copied())?;
    if let Some(Scope::Expert(own)) = tx.actor.scope()
        && !active.contains(own)
    {
        return Err(Problem::forbidden());
    }
    let known: Vec<ExpertId> = expert::table
        .filter(expert::id.eq_any(active))
        .filter(expert::vetting.eq(Vetting::Approved))
        .select(expert::id)
        .load(&mut *tx.conn)?;
    for (at, id) in input.experts.iter().enumerate().take(MOST_EXPERTS) {
        fields.require(
            known.contains(id),
            &format!("/experts/{at}"),
            "没有这名专家，或者其未通过审核、账号已停用",
            "is not an approved expert whose account is active",
        );
    }
    Ok(Checked { topic, about, kinds: kinds.into_iter().collect(), meeting_url, experts })
}

fn write_experts(tx: &mut Tx, id: OnlineSessionId, experts: &BTreeSet<ExpertId>) -> Result<(), Problem> {
    use online_session_expert as e;
    diesel::delete(e::table.filter(e::session_id.eq(id))).execute(&mut *tx.conn)?;
    let rows: Vec<_> =
        experts.iter().map(|expert| (e::session_id.eq(id), e::expert_id.eq(*expert))).collect();
    diesel::insert_into(e::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

/// Announces a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnnounceSession(pub OnlineSessionInput);

impl Command for AnnounceSession {
    type Output = OnlineSessionId;
    const NAME: &'static str = "announce_online_session";

    fn run(&self, tx: &mut Tx) -> Result<OnlineSessionId, Problem> {
        use online_session as s;
        let input = &self.0;
        let mut fields = Fields::new();
        let region = region(tx, &mut fields, input)?;
        let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
        lock_experts(tx, input)?;
        let checked = check(tx, &mut fields, input)?;
        fields.done()?;
        let row = Row {
            id: OnlineSessionId::new(),
            topic: checked.topic,
            region,
            product_kinds: checked.kinds,
            starts_at: input.starts_at.0,
            ends_at: input.ends_at.0,
            capacity: input.capacity,
            meeting_url: checked.meeting_url,
            state: OnlineSessionState::Announced,
        };
        diesel::insert_into(s::table)
            .values((
                s::id.eq(row.id),
                s::topic.eq(&row.topic),
                s::about.eq(&checked.about),
                s::region.eq(&row.region),
                s::product_kinds.eq(&row.product_kinds),
                s::starts_at.eq(row.starts_at),
                s::ends_at.eq(row.ends_at),
                s::capacity.eq(row.capacity),
                s::meeting_url.eq(&row.meeting_url),
                s::state.eq(row.state),
                s::created_by.eq(by),
                s::created_at.eq(tx.now),
                s::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        write_experts(tx, row.id, &checked.experts)?;
        store::event(tx, row.id, OnlineSessionStep::Announce, (None, row.state), None)?;
        store::audit(tx, &row, Self::NAME, json!({ "starts_at": row.starts_at }))?;
        Ok(row.id)
    }
}

/// Changes a session before it begins. Where its time changes, those who were invited are notified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeSession {
    /// The session.
    pub id: OnlineSessionId,
    /// The new content. Its region stays.
    pub input: OnlineSessionInput,
}

impl Command for ChangeSession {
    type Output = OnlineSessionId;
    const NAME: &'static str = "change_online_session";

    fn run(&self, tx: &mut Tx) -> Result<OnlineSessionId, Problem> {
        use online_session as s;
        let input = &self.input;
        lock_experts(tx, input)?;
        let row = store::load_managed(tx, self.id)?;
        transition(row.state, OnlineSessionStep::Change)?;
        begun(tx, &row)?;
        let mut fields = Fields::new();
        fields.require(
            input.region.as_ref().is_none_or(|region| *region == row.region),
            "/region",
            "地区不能修改",
            "can't be changed",
        );
        let checked = check(tx, &mut fields, input)?;
        let signed = crate::online_sessions::members::signed_up(&mut tx.conn, row.id)?;
        if signed > i64::from(input.capacity) {
            fields.fault(
                "/capacity",
                format!("不能少于已报名的 {signed} 家"),
                format!("must not be less than the {signed} enterprises that signed up"),
            );
        }
        fields.done()?;
        diesel::update(s::table.find(row.id))
            .set((
                s::topic.eq(&checked.topic),
                s::about.eq(&checked.about),
                s::product_kinds.eq(&checked.kinds),
                s::starts_at.eq(input.starts_at.0),
                s::ends_at.eq(input.ends_at.0),
                s::capacity.eq(input.capacity),
                s::meeting_url.eq(&checked.meeting_url),
                s::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        write_experts(tx, row.id, &checked.experts)?;
        store::step(tx, &row, OnlineSessionStep::Change, None)?;
        let moved = (row.starts_at, row.ends_at) != (input.starts_at.0, input.ends_at.0);
        let after =
            Row { topic: checked.topic, starts_at: input.starts_at.0, ends_at: input.ends_at.0, ..row };
        store::audit(tx, &after, Self::NAME, json!({ "starts_at": after.starts_at }))?;
        if moved {
            notices::changed(tx, &after)?;
        }
        Ok(after.id)
    }
}

/// Refuses what is for the time before a session.
fn begun(tx: &Tx, row: &Row) -> Result<(), Problem> {
    let now: DateTime<Utc> = tx.now;
    if now >= row.starts_at {
        return Err(store::not_now("线上问诊会已经开始", "the session has begun"));
    }
    Ok(())
}

/// Cancels a session that was not held, with a reason. Those who were invited are notified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelSession {
    /// The session.
    pub id: OnlineSessionId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for CancelSession {
    type Output = OnlineSessionId;
    const NAME: &'static str = "cancel_online_session";

    fn run(&self, tx: &mut Tx) -> Result<OnlineSessionId, Problem> {
        use online_session as s;
        let row = store::load_managed(tx, self.id)?;
        let to = transition(row.state, OnlineSessionStep::Cancel)?;
        let reason = reason(&self.reason)?;
        diesel::update(s::table.find(row.id))
            .set((s::state.eq(to), s::cancelled_reason.eq(&reason), s::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, OnlineSessionStep::Cancel, Some(&reason))?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        notices::cancelled(tx, &row, &reason)?;
        Ok(row.id)
    }
}
