//! A training is planned, gets its material, takes place, is called off.

use crate::accounts::people::active_experts;
use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::db::published::{expert, expert_region};
use crate::db::regional::set_up;
use crate::db::schema::{region_scope, training};
use crate::db::{Command, Tx};
use crate::engagements::common::files::attach;
use crate::engagements::common::steps::{MAX_NOTE, MAX_SHORT, audit, check_programme, load_run, step};
use crate::engagements::common::words::KindStep;
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementState, EngagementStep, transition};
use crate::engagements::store::{NewEngagement, insert, not_held};
use crate::engagements::training::notices::{self, TrainingNotice};
use crate::experts::vocabulary::Vetting;
use crate::programmes::ids::ProgrammeId;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most product kinds of a training.
const MOST_KINDS: usize = 50;
/// The most experts of a training.
const MOST_EXPERTS: usize = 10;
/// The longest a training lasts.
const LONGEST: Duration = Duration::days(7);
/// The most characters of an address.
const MAX_ADDRESS: usize = 500;

/// A training that is planned.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTraining {
    /// The topic, at most 200 characters.
    pub topic: String,
    /// Code of its region: an officer's own or one under it, the own one where none is named; of an expert one that the expert serves.
    #[serde(default)]
    pub region: Option<String>,
    /// Codes of the product kinds that it is about, at most 50; none: all.
    #[serde(default)]
    pub product_kinds: Vec<String>,
    /// Where it takes place. Either this or `online_url` is needed.
    #[serde(default)]
    pub place: Option<String>,
    /// Where it is followed on line: an address that begins with `https://`.
    #[serde(default)]
    pub online_url: Option<String>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends, at most seven days later.
    pub ends_at: DateTime<Utc>,
    /// Whether those who come take a quiz.
    #[serde(default)]
    pub quiz: bool,
    /// Experts who hold it, at most 10; an expert who plans it is one of them.
    #[serde(default)]
    pub experts: Vec<ExpertId>,
    /// The programme to which it belongs.
    #[serde(default)]
    pub programme_id: Option<ProgrammeId>,
    /// The round of the programme.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    pub round_no: Option<i32>,
    /// Uploads that are its material, at most 20.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
}

/// The region of the training: see [`NewTraining::region`].
fn region_of(tx: &mut Tx, fields: &mut Fields, asked: Option<&str>) -> Result<String, Problem> {
    let Some(Scope::Expert(id)) = tx.actor.scope().cloned() else {
        return Ok(set_up(tx, fields, asked)?.1);
    };
    let served = expert_region::table.filter(expert_region::expert_id.eq(id)).select(expert_region::region);
    let scopes: Vec<String> = region_scope::table
        .filter(region_scope::region.eq(asked.unwrap_or_default()))
        .filter(region_scope::scope.eq_any(served))
        .select(region_scope::scope)
        .load(&mut *tx.conn)?;
    let (zh, en) = ("须为您服务的地区", "must be a region that you serve");
    fields.require(!scopes.is_empty(), "/region", zh, en);
    Ok(asked.unwrap_or_default().to_owned())
}

impl NewTraining {
    /// Checks kinds, place, address and times; gives place and address, tidied.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub(super) fn check(
        &self,
        tx: &mut Tx,
        fields: &mut Fields,
    ) -> Result<(Option<String>, Option<String>), Problem> {
        let catalogue = tx.catalogue.clone();
        let (zh, en) = ("最多 50 个产品种类", "must be at most 50 product kinds");
        fields.require(self.product_kinds.len() <= MOST_KINDS, "/product_kinds", zh, en);
        for (at, code) in self.product_kinds.iter().enumerate().take(MOST_KINDS) {
            let pointer = format!("/product_kinds/{at}");
            let known = catalogue.products.coded(code).is_some();
            fields.require(known, &pointer, "未知的产品种类", "is not a known product kind");
        }
        let place = fields.optional_text("/place", self.place.as_deref(), MAX_SHORT);
        let online = fields.optional_text("/online_url", self.online_url.as_deref(), MAX_ADDRESS);
        let (zh, en) = ("须填写地点或者线上地址", "a place or an address on line is needed");
        fields.require(place.is_some() || online.is_some(), "/place", zh, en);
        let is_address = |url: &String| {
            url.starts_with("https://") && !url.contains(|c: char| c.is_whitespace() || "\"<>".contains(c))
        };
        let (zh, en) = ("须为 https:// 开头的网址", "must be an address that begins with https://");
        fields.require(online.as_ref().is_none_or(is_address), "/online_url", zh, en);
        let (zh, en) =
            ("须晚于开始时间，且不超过 7 天", "must be after its beginning, at most seven days later");
        let lasts = self.ends_at.signed_duration_since(self.starts_at);
        fields.require(lasts > Duration::zero() && lasts <= LONGEST, "/ends_at", zh, en);
        let ahead = self.starts_at.signed_duration_since(tx.now);
        let (zh, en) = ("须在今天至三年以内", "must be between today and three years ahead");
        let fits = shanghai_date(self.starts_at) >= tx.today() && ahead <= Duration::days(3 * 366);
        fields.require(fits, "/starts_at", zh, en);
        Ok((place, online))
    }

    /// The experts who hold it.
    fn experts(&self, tx: &mut Tx, fields: &mut Fields) -> Result<Vec<ExpertId>, Problem> {
        let mut experts = self.experts.clone();
        if let Some(Scope::Expert(own)) = tx.actor.scope() {
            experts.push(*own);
        }
        experts.sort_unstable();
        experts.dedup();
        let (zh, en) = ("最多 10 名专家", "must be at most 10 experts");
        fields.require(experts.len() <= MOST_EXPERTS, "/experts", zh, en);
        experts.truncate(MOST_EXPERTS);
        let known: i64 = expert::table
            .filter(expert::id.eq_any(active_experts(&mut tx.conn, experts.iter().copied())?))
            .filter(expert::vetting.eq(Vetting::Approved))
            .count()
            .get_result(&mut *tx.conn)?;
        let all = usize::try_from(known).is_ok_and(|known| known == experts.len());
        fields.require(
            all,
            "/experts",
            "有不存在或者未通过审核的专家",
            "names somebody who is no approved expert",
        );
        Ok(experts)
    }

    /// Plans the training. Done by an officer or an expert.
    ///
    /// # Errors
    /// 401 or 403 for all others; 422 that names the fields.
    pub fn create(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut fields = Fields::new();
        let region = region_of(tx, &mut fields, self.region.as_deref())?;
        let topic = fields.text("/topic", &self.topic, MAX_SHORT);
        let (place, online) = self.check(tx, &mut fields)?;
        let experts = self.experts(tx, &mut fields)?;
        check_programme(tx, &mut fields, (self.programme_id, self.round_no), Some(&region))?;
        fields.done()?;
        let on_day = shanghai_date(self.starts_at);
        let new = NewEngagement {
            kind: EngagementKind::Training,
            programme_id: self.programme_id,
            round_no: self.round_no,
            region: &region,
            on_day: Some(on_day),
            times: Some((self.starts_at, self.ends_at)),
            place: place.as_deref(),
            topic: &topic,
            experts: &experts,
            enterprises: &[],
        };
        let row = insert(tx, &new)?;
        let id = row.id;
        let mut secret = vec![0; 32];
        getrandom::fill(&mut secret)?;
        let mut kinds = self.product_kinds.clone();
        kinds.sort_unstable();
        kinds.dedup();
        diesel::insert_into(training::table)
            .values((
                training::id.eq(id),
                training::region.eq(region),
                training::programme_id.eq(self.programme_id),
                training::topic.eq(topic),
                training::state.eq(EngagementState::Planned),
                training::on_day.eq(on_day),
                training::starts_at.eq(self.starts_at),
                training::ends_at.eq(self.ends_at),
                training::place.eq(place),
                training::online_url.eq(online),
                training::product_kinds.eq(kinds),
                training::quiz.eq(self.quiz),
                training::code_secret.eq(secret),
                training::created_by.eq(tx.actor.account()),
                training::created_at.eq(tx.now),
                training::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        attach(tx, id, ("material", None), &self.attachments)?;
        audit(tx, &row, PlanTraining::NAME, json!({ "on": on_day }))?;
        Ok(id)
    }
}

/// Plans a training. Done by an officer or an expert.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanTraining {
    /// The training.
    pub training: NewTraining,
}

impl Command for PlanTraining {
    type Output = EngagementId;
    const NAME: &'static str = "plan_training";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        self.training.create(tx)
    }
}

/// Adds material to a training, read by those who are invited. Done by who runs it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddTrainingMaterial {
    /// The training.
    pub id: EngagementId,
    /// Uploads, at most 20 at once.
    pub attachments: Vec<AttachmentId>,
}

impl Command for AddTrainingMaterial {
    type Output = EngagementId;
    const NAME: &'static str = "add_training_material";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let row = load_run(tx, self.id, EngagementKind::Training)?;
        let mut fields = Fields::new();
        let (zh, en) = ("请选择文件", "names no file");
        fields.require(!self.attachments.is_empty(), "/attachments", zh, en);
        fields.done()?;
        attach(tx, self.id, ("material", None), &self.attachments)?;
        audit(tx, &row, Self::NAME, json!({ "files": self.attachments.len() }))?;
        Ok(self.id)
    }
}

/// Takes a step of a training: it took place, it is done, it is called off, the last step is taken back. Done by who runs it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoveTraining {
    /// The training.
    pub id: EngagementId,
    /// The step.
    pub step: KindStep,
    /// The reason; needed to call it off and to take a step back.
    pub reason: Option<String>,
}

impl Command for MoveTraining {
    type Output = EngagementId;
    const NAME: &'static str = "move_training";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut row = load_run(tx, self.id, EngagementKind::Training)?;
        let mut fields = Fields::new();
        let reason = match (self.step, self.reason.as_deref()) {
            (KindStep::Cancel | KindStep::TakeBack, reason) => {
                Some(fields.text("/reason", reason.unwrap_or_default(), MAX_NOTE))
            }
            (_, reason) => fields.optional_text("/reason", reason, MAX_NOTE),
        };
        let (zh, en) = ("培训尚未到开始日期", "the day of the training has not come");
        let early = self.step == KindStep::Hold && row.on_day.is_some_and(|day| day > tx.today());
        fields.require(!early, "/step", zh, en);
        fields.done()?;
        let taken = match self.step {
            KindStep::Hold => EngagementStep::Hold,
            KindStep::Close => EngagementStep::Close,
            KindStep::Cancel => EngagementStep::Cancel,
            KindStep::TakeBack => EngagementStep::TakeBack,
        };
        transition(row.kind, row.state, taken)?;
        if self.step == KindStep::TakeBack && row.state == EngagementState::Held {
            not_held(tx, &mut row)?;
        }
        step(tx, &mut row, taken, json!({ "reason": reason }))?;
        if let (KindStep::Cancel, Some(reason)) = (self.step, &reason) {
            notices::news(tx, &row, reason, TrainingNotice::CalledOff)?;
        }
        audit(tx, &row, Self::NAME, json!({ "step": self.step, "reason": reason }))?;
        Ok(self.id)
    }
}
