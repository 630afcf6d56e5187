//! Officers enter signals by hand: what they may say, and what becomes of it.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
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
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::store::{MatchedBy, Named};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

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
pub(super) fn check_match(
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
