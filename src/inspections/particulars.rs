//! What a step of an inspection says besides its day. Kept in the event as it was entered; a correction puts what it names in its place. Pure.

use crate::core::ids::LaboratoryId;
use crate::inspections::ids::InspectionId;
use crate::inspections::words::{Channel, Outcome, Party};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Of an online purchase (网络抽样).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnlineShop {
    /// The platform (电商平台).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The name of the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
    /// The address of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The number of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_no: Option<String>,
}

/// The sample as it was taken.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleTaken {
    /// Names of those who took it (抽样人员).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samplers: Vec<String>,
    /// Who was there for the operator (被抽样单位人员).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
    /// Whether notice and identity were shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_shown: Option<bool>,
    /// Batch number (批号).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// Date of production (生产日期).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub produced_on: Option<NaiveDate>,
    /// Lot size from which the sample was taken (抽样基数).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_quantity: Option<f64>,
    /// Quantity of the test sample (检样数).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_quantity: Option<f64>,
    /// Quantity of the reserve sample (备样数).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_quantity: Option<f64>,
    /// How much the test needs, by its standard or plan, reserve sample included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed_quantity: Option<f64>,
    /// Unit (单位).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What one of the product costs, in fen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_fen: Option<i64>,
    /// Where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub channel: Option<Channel>,
    /// Of an online purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub online: Option<OnlineShop>,
}

impl SampleTaken {
    /// The sample with what another description says where this one says nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            samplers: if self.samplers.is_empty() { other.samplers } else { self.samplers },
            witness: self.witness.or(other.witness),
            notice_shown: self.notice_shown.or(other.notice_shown),
            batch: self.batch.or(other.batch),
            produced_on: self.produced_on.or(other.produced_on),
            base_quantity: self.base_quantity.or(other.base_quantity),
            test_quantity: self.test_quantity.or(other.test_quantity),
            reserve_quantity: self.reserve_quantity.or(other.reserve_quantity),
            needed_quantity: self.needed_quantity.or(other.needed_quantity),
            unit: self.unit.or(other.unit),
            price_fen: self.price_fen.or(other.price_fen),
            channel: self.channel.or(other.channel),
            online: self.online.or(other.online),
        }
    }
}

/// What a product is called, where its registration was wrong. What is not named stays; a blank text takes a trademark, a model or a standard away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductSaid {
    /// Product name (产品名称), at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Trademark (商标), at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trademark: Option<String>,
    /// Model (规格型号), at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Standard of the product (执行标准), at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<String>,
}

impl ProductSaid {
    /// What is said with what another one says where this one says nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            name: self.name.or(other.name),
            trademark: self.trademark.or(other.trademark),
            model: self.model.or(other.model),
            standard: self.standard.or(other.standard),
        }
    }
}

/// One item of a test report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportItem {
    /// Test item (检验项目).
    pub item: String,
    /// Test method (检验方法).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Required value (标准值).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// Measured value (实测值), which may be words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<String>,
    /// Unit (单位).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether it conforms.
    pub ok: bool,
    /// Whether health or safety depend on it.
    #[serde(default)]
    pub safety: bool,
}

/// A result: of a test, a re-test, a label check, or of a published list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestResult {
    /// Number of the test report (检验报告编号).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_no: Option<String>,
    /// What was found: conforming or nonconforming.
    #[schema(inline)]
    pub outcome: Outcome,
    /// Who signed the report (报告签发人).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// The items, at most 200; what is nonconforming names at least one that is.
    #[serde(default)]
    #[schema(inline)]
    pub items: Vec<ReportItem>,
}

/// A quick test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuickResult {
    /// The device, or the kit.
    pub device: String,
    /// The last day of its calibration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibrated_until: Option<NaiveDate>,
    /// Name of who carried out the quick test.
    pub tester: String,
    /// What it found: clear, suspect or invalid.
    #[schema(inline)]
    pub outcome: Outcome,
    /// How many minutes it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i32>,
}

/// What a step says besides its day. Which fields go with which step: `NewStep::takes`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Particulars {
    /// Of an assignment: who tests. Of a re-test: who tests again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub laboratory: Option<LaboratoryId>,
    /// Of an assignment: the body that takes the sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampler: Option<LaboratoryId>,
    /// Of a refusal, of nothing found, of a bar: a reason of the rules. Of others: the reason in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of a registration: the code of the product kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_kind: Option<String>,
    /// Of the correction of a registration: what the product is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub product: Option<ProductSaid>,
    /// Of a sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub sample: Option<SampleTaken>,
    /// Of a sealing: the numbers of the seals (封条号).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seals: Option<Vec<String>>,
    /// Of a sealing: where the reserve sample is kept (备样封存地点).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_kept_at: Option<String>,
    /// Of a test: names of those who tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub testers: Option<Vec<String>>,
    /// Of a report, a check, a list, and of the outcome of a re-test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub result: Option<TestResult>,
    /// Of a quick test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub quick: Option<QuickResult>,
    /// Of a list: the day of the sampling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampled_on: Option<NaiveDate>,
    /// Of the check of a label: the day on which it was corrected on the spot. It makes no record then, whatever the table of effects says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_on: Option<NaiveDate>,
    /// Of a delivery or a challenge: whose; operator or producer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub party: Option<Party>,
    /// Of the formal sample of a suspect quick test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection: Option<InspectionId>,
    /// Of a re-test by the laboratory of the first test: that other persons test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_persons: Option<bool>,
    /// Of a handing over: to whom, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_to: Option<String>,
    /// Of the decision on a challenge, and of its end: whether the recording of the sampling decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording_decided: Option<bool>,
}

impl Particulars {
    /// What is said once a correction has put right what it names. The reason of a correction is the correction's own.
    #[must_use]
    pub fn corrected_to(self, new: &Self) -> Self {
        let new = new.clone();
        Self {
            laboratory: new.laboratory.or(self.laboratory),
            sampler: new.sampler.or(self.sampler),
            reason: self.reason,
            product_kind: new.product_kind.or(self.product_kind),
            product: match (new.product, self.product) {
                (Some(new), Some(old)) => Some(new.or(old)),
                (new, old) => new.or(old),
            },
            sample: new.sample.or(self.sample),
            seals: new.seals.or(self.seals),
            reserve_kept_at: new.reserve_kept_at.or(self.reserve_kept_at),
            testers: new.testers.or(self.testers),
            result: new.result.or(self.result),
            quick: new.quick.or(self.quick),
            sampled_on: new.sampled_on.or(self.sampled_on),
            corrected_on: new.corrected_on.or(self.corrected_on),
            party: new.party.or(self.party),
            inspection: new.inspection.or(self.inspection),
            other_persons: new.other_persons.or(self.other_persons),
            handed_to: new.handed_to.or(self.handed_to),
            recording_decided: new.recording_decided.or(self.recording_decided),
        }
    }
}
