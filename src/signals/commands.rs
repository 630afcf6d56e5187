//! What officers do with signals: enter, match, triage, dismiss, open again.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::db::officer_steps::reason;
use crate::db::schema::signal;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::signals::barcode::is_barcode;
use crate::signals::enter::{Entered, enter};
use crate::signals::hazard::Hazard;
use crate::signals::ids::SignalId;
use crate::signals::matched::region_of;
use crate::signals::new_signal::{LONGEST_ID, LONGEST_TEXT, LONGEST_TITLE, NewSignal, stored_id};
use crate::signals::policy::own_region;
use crate::signals::recognise::{MatchPart, MatchReason, RecognisedPart};
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::state::{SignalState, SignalStep};
use crate::signals::store::{MatchedBy, Named, Row, audit, load, nothing, require_version, take};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Signals that are triaged at once at most.
pub const MOST_AT_ONCE: usize = 100;
/// Most characters of an address.
const LONGEST_URL: usize = 2_000;

/// Enters a signal.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSignal {
    /// Where it comes from; samplings, penalties and complaints are not entered by hand.
    #[schema(inline)]
    pub source: SignalSource,
    /// What its source calls it, at most 200 characters; the platform gives it a number of its own where there is none.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Where it can be read, `https://` or `http://`.
    #[serde(default)]
    pub url: Option<String>,
    /// The day on which it was published, in Asia/Shanghai; not in the future.
    pub published_on: NaiveDate,
    /// The day on which it was observed; not after that of its publication.
    #[serde(default)]
    pub observed_on: Option<NaiveDate>,
    /// Code of the region that it is about: the officer's own or one under it.
    #[serde(default)]
    pub region: Option<String>,
    /// Code of the product kind that it is about.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// The enterprise that it is about.
    #[serde(default)]
    pub enterprise_id: Option<EnterpriseId>,
    /// The product in the source's words.
    #[serde(default)]
    pub product: Option<String>,
    /// The maker in the source's words.
    #[serde(default)]
    pub maker: Option<String>,
    /// The brand.
    #[serde(default)]
    pub brand: Option<String>,
    /// The model.
    #[serde(default)]
    pub model: Option<String>,
    /// The barcode, 8 to 14 digits.
    #[serde(default)]
    pub barcode: Option<String>,
    /// The hazard.
    #[serde(default)]
    #[schema(inline)]
    pub hazard: Option<Hazard>,
    /// The severity of the harm: 1 first aid, 2 emergency visit, 3 hospital, 4 death.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 4)]
    pub severity: Option<i32>,
    /// The title, at most 300 characters.
    pub title: String,
    /// The text, at most 10,000 characters. Names and numbers of persons are taken out before it is stored.
    #[serde(default)]
    pub text: String,
    /// How far it is relied on; that which is usual for its source where none is given.
    #[serde(default)]
    #[schema(inline)]
    pub reliability: Option<Reliability>,
}

/// What became of a signal that was entered.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignalEntered {
    /// The signal.
    pub id: SignalId,
    /// `inserted`, `updated` or `unchanged`.
    pub outcome: String,
    /// The signal with the same content, where it was merged into one.
    pub merged_into: Option<SignalId>,
}

impl From<Entered> for SignalEntered {
    fn from(entered: Entered) -> Self {
        Self {
            id: entered.id,
            outcome: entered.outcome.as_str().to_owned(),
            merged_into: entered.merged_into,
        }
    }
}

#[derive(QueryableByName)]
struct Exists {
    #[diesel(sql_type = Bool)]
    there: bool,
}

/// Whether a text is an address of the web with a host.
fn is_address(text: &str) -> bool {
    let parsed = reqwest::Url::parse(text).ok();
    parsed.is_some_and(|url| matches!(url.scheme(), "https" | "http") && url.host_str().is_some())
}

fn enterprise_is_there(conn: &mut PgConnection, id: EnterpriseId) -> QueryResult<bool> {
    let sql =
        "SELECT EXISTS (SELECT FROM published.enterprise WHERE id = $1 AND withdrawn_at IS NULL) AS there";
    Ok(diesel::sql_query(sql).bind::<SqlUuid, _>(id).get_result::<Exists>(conn)?.there)
}

/// Checks what a person says a signal is about.
fn check_match(
    tx: &mut Tx,
    fields: &mut Fields,
    kind: Option<&str>,
    enterprise: Option<EnterpriseId>,
    region: Option<&str>,
) -> Result<(), Problem> {
    if let Some(kind) = kind {
        let known = tx.catalogue.products.coded(kind).is_some();
        fields.require(known, "/product_kind", "未知的产品种类", "is not a known product kind");
    }
    if let Some(id) = enterprise {
        let there = enterprise_is_there(&mut tx.conn, id)?;
        fields.require(there, "/enterprise_id", "没有这家企业", "there is no such enterprise");
        // Where its enterprise is, a signal is worked on: what is said may not take it out of the officer's own sight.
        let (own, lies) = (own_region(&tx.actor)?, region_of(&mut tx.conn, id)?);
        let within = lies.is_none_or(|lies| tx.catalogue.regions.contains(&own, &lies));
        let (zh, en) = ("该企业不在本人辖区", "the enterprise lies outside your region");
        fields.require(within, "/enterprise_id", zh, en);
    }
    if let Some(region) = region {
        let own = own_region(&tx.actor)?;
        let fits = tx.catalogue.regions.contains(&own, region);
        fields.require(fits, "/region", "须为本人辖区或其下级地区", "must be your region or one below it");
    }
    Ok(())
}

impl CreateSignal {
    fn check(&self, tx: &mut Tx, home: &str) -> Result<NewSignal, Problem> {
        let mut fields = Fields::new();
        let by_hand = self.source.is_entered_by_hand();
        let (zh, en) =
            ("此来源的信息由平台或文件导入，不能手工录入", "such signals come from the platform or by files");
        fields.require(by_hand, "/source", zh, en);
        fields.day("/published_on", Some(self.published_on));
        fields.day("/observed_on", self.observed_on);
        let today = tx.today();
        fields.require(
            self.published_on <= today,
            "/published_on",
            "不能晚于今天",
            "must not be in the future",
        );
        let observed = self.observed_on.is_none_or(|day| day <= self.published_on);
        fields.require(observed, "/observed_on", "不能晚于发布日期", "must not be after the publication");
        let title = fields.text("/title", &self.title, LONGEST_TITLE);
        let text = fields.optional_text("/text", Some(&self.text), LONGEST_TEXT).unwrap_or_default();
        let url = fields.optional_text("/url", self.url.as_deref(), LONGEST_URL);
        let is_address = url.as_deref().is_none_or(is_address);
        fields.require(
            is_address,
            "/url",
            "须以 https:// 或 http:// 开头",
            "must begin with https:// or http://",
        );
        let external_id = fields.optional_text("/external_id", self.external_id.as_deref(), LONGEST_ID);
        let severity = self.severity.is_none_or(|severity| (1..=4).contains(&severity));
        fields.require(severity, "/severity", "须为 1 到 4 的整数", "must be a whole number from 1 to 4");
        let barcode = fields.optional_text("/barcode", self.barcode.as_deref(), 14);
        let fits = barcode.as_deref().is_none_or(is_barcode);
        let (zh, en) = (
            "须为 8、12、13 或 14 位数字且校验位正确",
            "must be 8, 12, 13 or 14 digits with the right check digit",
        );
        fields.require(fits, "/barcode", zh, en);
        let named = Named {
            product: fields.optional_text("/product", self.product.as_deref(), 200),
            maker: fields.optional_text("/maker", self.maker.as_deref(), 200),
            brand: fields.optional_text("/brand", self.brand.as_deref(), 200),
            model: fields.optional_text("/model", self.model.as_deref(), 200),
            ..Named::default()
        };
        check_match(
            tx,
            &mut fields,
            self.product_kind.as_deref(),
            self.enterprise_id,
            self.region.as_deref(),
        )?;
        fields.done()?;
        let external_id = external_id.unwrap_or_else(|| SignalId::new().to_string());
        Ok(NewSignal {
            url,
            observed_on: self.observed_on,
            region: self.region.clone(),
            product_kind: self.product_kind.clone(),
            enterprise: self.enterprise_id,
            said_by: MatchedBy::Person,
            named,
            barcode,
            hazard: self.hazard,
            severity: self.severity,
            text,
            reliability: self.reliability.unwrap_or_else(|| self.source.usual_reliability()),
            ..NewSignal::new(self.source, &external_id, home, self.published_on, &title)
        })
    }
}

impl Command for CreateSignal {
    type Output = SignalEntered;
    const NAME: &'static str = "create_signal";

    fn run(&self, tx: &mut Tx) -> Result<SignalEntered, Problem> {
        let home = own_region(&tx.actor)?;
        let new = self.check(tx, &home)?;
        if self.external_id.is_some() {
            // What another region works on is not changed from here, nor told of.
            let scope: Option<String> = signal::table
                .filter(signal::source.eq(new.source))
                .filter(signal::external_id.eq(stored_id(&new.external_id)))
                .select(signal::scope)
                .for_update()
                .first(&mut *tx.conn)
                .optional()?;
            if scope.is_some_and(|scope| !tx.catalogue.regions.contains(&home, &scope)) {
                let mut fields = Fields::new();
                fields.fault("/external_id", "该编号已由其他地区登记", "another region has entered this one");
                fields.done()?;
            }
        }
        let entered = enter(tx, &new)?;
        let subject = Subject::new("signal", entered.id.0).in_region(new.region.as_deref().unwrap_or(&home));
        let data =
            json!({ "source": new.source, "outcome": entered.outcome, "merged_into": entered.merged_into });
        tx.audit(Self::NAME, subject, data)?;
        Ok(entered.into())
    }
}

/// Says what a signal is about, by a person: what is said here stands in place of all that a rule believed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MatchSignal {
    /// The signal.
    pub id: SignalId,
    /// Code of the product kind; none where none is meant.
    pub product_kind: Option<String>,
    /// The enterprise; none where none is meant.
    pub enterprise_id: Option<EnterpriseId>,
    /// Code of the region; that of the enterprise, or the one that it had, where none is given.
    pub region: Option<String>,
    /// The hazard; what it had where none is given.
    pub hazard: Option<Hazard>,
    /// The severity, from 1 to 4; what it had where none is given.
    pub severity: Option<i32>,
    /// The version that the caller saw; none where it does not matter.
    pub version: Option<i32>,
}

impl Command for MatchSignal {
    type Output = SignalId;
    const NAME: &'static str = "match_signal";

    fn run(&self, tx: &mut Tx) -> Result<SignalId, Problem> {
        let mut row = load(tx, self.id)?;
        require_version(&row, self.version)?;
        let mut fields = Fields::new();
        let said = self.product_kind.is_some() || self.enterprise_id.is_some();
        let (zh, en) = ("产品种类和企业至少填写一项", "a product kind or an enterprise must be named");
        fields.require(said, "/product_kind", zh, en);
        let severity = self.severity.is_none_or(|severity| (1..=4).contains(&severity));
        fields.require(severity, "/severity", "须为 1 到 4 的整数", "must be a whole number from 1 to 4");
        check_match(
            tx,
            &mut fields,
            self.product_kind.as_deref(),
            self.enterprise_id,
            self.region.as_deref(),
        )?;
        fields.done()?;
        let of_firm = match self.enterprise_id {
            Some(id) => region_of(&mut tx.conn, id)?,
            None => None,
        };
        let region = self.region.clone().or(of_firm).or_else(|| row.region.clone());
        let scope = region.clone().unwrap_or_else(|| row.home.clone());
        let mut believed = Vec::new();
        let person = MatchReason::Person;
        believed.extend(
            self.product_kind.iter().map(|code| RecognisedPart::of(MatchPart::Kind, code, 100, person)),
        );
        believed.extend(
            self.enterprise_id
                .iter()
                .map(|id| RecognisedPart::of(MatchPart::Enterprise, id.to_string(), 100, person)),
        );
        believed.extend(region.iter().map(|code| RecognisedPart::of(MatchPart::Region, code, 100, person)));
        let believed = serde_json::to_value(&believed)?;
        take(tx, &mut row, SignalStep::Match, None, json!({ "believed": believed }))?;
        diesel::update(signal::table.find(row.id))
            .set((
                signal::product_kind.eq(&self.product_kind),
                signal::enterprise_id.eq(self.enterprise_id),
                signal::region.eq(&region),
                signal::scope.eq(&scope),
                signal::match_confidence.eq(100_i32),
                signal::matched_by.eq(MatchedBy::Person),
                signal::match_reasons.eq(&believed),
                signal::hazard.eq(self.hazard.or(row.hazard)),
                signal::severity.eq(self.severity.or(row.severity)),
            ))
            .execute(&mut *tx.conn)?;
        audit(tx, &row, Self::NAME, json!({ "believed": believed }))?;
        Ok(self.id)
    }
}

/// Holds signals for relevant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TriageSignals {
    /// The signals, 1 to 100.
    pub ids: Vec<SignalId>,
    /// The version that the caller saw, of a single one.
    pub version: Option<i32>,
}

impl Command for TriageSignals {
    type Output = usize;
    const NAME: &'static str = "triage_signal";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        own_region(&tx.actor)?;
        let mut ids = self.ids.clone();
        // In one order, so that two who triage the same wait for each other.
        ids.sort();
        ids.dedup();
        let mut fields = Fields::new();
        let fits = (1..=MOST_AT_ONCE).contains(&self.ids.len());
        fields.require(fits, "/ids", "一次须为 1 到 100 条", "must be 1 to 100 at once");
        fields.done()?;
        for id in &ids {
            let mut row = load(tx, *id)?;
            require_version(&row, self.version)?;
            triage(tx, &mut row)?;
        }
        Ok(ids.len())
    }
}

fn triage(tx: &mut Tx, row: &mut Row) -> Result<(), Problem> {
    if row.state == SignalState::Triaged {
        return Ok(());
    }
    take(tx, row, SignalStep::Triage, None, json!({}))?;
    diesel::update(signal::table.find(row.id)).set(signal::triaged_at.eq(tx.now)).execute(&mut *tx.conn)?;
    audit(tx, row, TriageSignals::NAME, nothing())
}

/// Dismisses a signal as irrelevant, with the reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DismissSignal {
    /// The signal.
    pub id: SignalId,
    /// Why, at most 1,000 characters.
    pub reason: String,
    /// The version that the caller saw; none where it does not matter.
    pub version: Option<i32>,
}

impl Command for DismissSignal {
    type Output = SignalId;
    const NAME: &'static str = "dismiss_signal";

    fn run(&self, tx: &mut Tx) -> Result<SignalId, Problem> {
        let mut row = load(tx, self.id)?;
        require_version(&row, self.version)?;
        let reason = reason(&self.reason)?;
        take(tx, &mut row, SignalStep::Dismiss, Some(&reason), json!({}))?;
        audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(self.id)
    }
}

/// Looks at a dismissed or triaged signal again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReopenSignal {
    /// The signal.
    pub id: SignalId,
    /// The version that the caller saw; none where it does not matter.
    pub version: Option<i32>,
}

impl Command for ReopenSignal {
    type Output = SignalId;
    const NAME: &'static str = "reopen_signal";

    fn run(&self, tx: &mut Tx) -> Result<SignalId, Problem> {
        let mut row = load(tx, self.id)?;
        require_version(&row, self.version)?;
        take(tx, &mut row, SignalStep::Reopen, None, json!({}))?;
        diesel::update(signal::table.find(row.id))
            .set(signal::triaged_at.eq(None::<chrono::DateTime<chrono::Utc>>))
            .execute(&mut *tx.conn)?;
        if row.matched_by.is_some() {
            take(tx, &mut row, SignalStep::Match, None, json!({}))?;
        }
        audit(tx, &row, Self::NAME, nothing())?;
        Ok(self.id)
    }
}
