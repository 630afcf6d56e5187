//! What was found on a label as it is handed in, and what must hold of it: every check answered, photos of what failed, none of another
//! inspection's product.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::{AttachmentRow, find_all};
use crate::catalogue::SupervisionClass;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::Tx;
use crate::db::published::inspection;
use crate::db::schema::label_photo;
use crate::inspections::ids::InspectionId;
use crate::inspections::state::InspectionState;
use crate::label_checks::checklist::{Answer, Check, Checklist};
use crate::label_checks::settings::LabelCheckSettings;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most photos of a check, and the most names of those who checked.
const MOST_PHOTOS: usize = 20;
const MOST_INSPECTORS: usize = 10;
/// The most characters of a name, of a note, and of what was corrected.
const MAX_NAME: usize = 200;
const MAX_NOTE: usize = 1_000;
const MAX_CORRECTION: usize = 2_000;

/// What was found on a label.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelCheckInput {
    /// The version of the checklist; the one in force on the day of the check where none is named. A form that was filled in without a
    /// connection names the one that it showed.
    #[serde(default)]
    pub checklist: Option<String>,
    /// The day of the check, in Asia/Shanghai, not after today.
    pub inspected_on: NaiveDate,
    /// Names of those who checked, at most 10.
    pub inspectors: Vec<String>,
    /// The answers, one for each check that applies to the product.
    #[schema(inline)]
    pub answers: Vec<AnswerInput>,
    /// Whether the seller named the source of the goods (Product Quality Law, art. 55).
    #[serde(default)]
    pub source_named: Option<bool>,
    /// The name of that source.
    #[serde(default)]
    pub source_name: Option<String>,
    /// Its unified social credit code.
    #[serde(default)]
    pub source_uscc: Option<String>,
    /// When it was corrected on the spot, in Asia/Shanghai; then it opens no case.
    #[serde(default)]
    pub corrected_on: Option<NaiveDate>,
    /// What was corrected, at most 2,000 characters.
    #[serde(default)]
    pub correction: Option<String>,
    /// When the result was handed to the operator, where that was done on the spot.
    #[serde(default)]
    pub delivered_on: Option<NaiveDate>,
}

/// The answer to one check.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    /// The key of the check.
    pub check: String,
    /// The answer.
    #[schema(inline)]
    pub answer: Answer,
    /// In the inspector's words, at most 1,000 characters.
    #[serde(default)]
    pub note: Option<String>,
    /// Photos, of the caller's own uploads: one at least of what is missing or false; at most 20 in all.
    #[serde(default)]
    pub photos: Vec<AttachmentId>,
}

/// The checklist that is named, or the one in force on the day.
pub(super) fn checklist(tx: &Tx, fields: &mut Fields, input: &LabelCheckInput) -> Option<Checklist> {
    let settings = tx.settings.section::<LabelCheckSettings>();
    let found = match input.checklist.as_deref() {
        Some(version) => settings.version(version),
        None => settings.on(input.inspected_on),
    };
    fields.require(
        found.is_some(),
        "/check/checklist",
        "没有这一版本的检查表",
        "there is no checklist of this version",
    );
    found.cloned()
}

/// Checks the answers against the checklist; gives them in its order, with the checks.
pub(super) fn answered<'a>(
    fields: &mut Fields,
    list: &'a Checklist,
    (class, regime): (Option<&str>, Option<SupervisionClass>),
    input: &'a LabelCheckInput,
) -> Vec<(&'a Check, &'a AnswerInput)> {
    let asked: Vec<&Check> = list.checks_for(class, regime).collect();
    for (at, given) in input.answers.iter().enumerate() {
        let pointer = format!("/check/answers/{at}");
        let known = asked.iter().any(|check| check.key == given.check);
        fields.require(
            known,
            &format!("{pointer}/check"),
            "不是适用于该产品的检查项",
            "is no check that applies to this product",
        );
        let earlier = input.answers.iter().take(at).any(|other| other.check == given.check);
        fields.require(!earlier, &format!("{pointer}/check"), "检查项重复", "is answered twice");
        fields.require(
            !given.answer.failed() || !given.photos.is_empty(),
            &format!("{pointer}/photos"),
            "缺失或者不实的检查项须附照片",
            "what is missing or false needs a photo",
        );
        fields.optional_text(&format!("{pointer}/note"), given.note.as_deref(), MAX_NOTE);
    }
    let found: Vec<(&Check, &AnswerInput)> = asked
        .iter()
        .filter_map(|check| Some((*check, input.answers.iter().find(|given| given.check == check.key)?)))
        .collect();
    for check in asked.iter().filter(|check| !found.iter().any(|(known, _)| known.key == check.key)) {
        fields.fault(
            "/check/answers",
            format!("缺少检查项：{}", check.text.zh),
            format!("not answered: {}", check.text.en),
        );
    }
    fields.require(
        found.is_empty() || found.iter().any(|(_, given)| given.answer != Answer::NotApplicable),
        "/check/answers",
        "不能全部为“不适用”",
        "must not all be not applicable",
    );
    found
}

/// Checks the photos: the actor's own uploads, none of another inspection's product. Gives their rows.
pub(super) fn photos(
    tx: &mut Tx,
    fields: &mut Fields,
    id: InspectionId,
    input: &LabelCheckInput,
) -> Result<BTreeMap<AttachmentId, AttachmentRow>, Problem> {
    use inspection as i;
    use label_photo as p;
    let ids: BTreeSet<AttachmentId> =
        input.answers.iter().flat_map(|given| given.photos.iter().copied()).collect();
    fields.require(ids.len() <= MOST_PHOTOS, "/check/answers", "照片最多 20 张", "at most 20 photos");
    let listed: Vec<AttachmentId> = ids.iter().copied().take(MOST_PHOTOS).collect();
    let rows: BTreeMap<AttachmentId, AttachmentRow> =
        find_all(&mut tx.conn, &listed)?.into_iter().map(|row| (row.id, row)).collect();
    // Two checks that hand in the same photo at once take turns.
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('label_photo'))").execute(&mut *tx.conn)?;
    let hashes: Vec<Vec<u8>> = rows.values().map(|row| row.sha256.clone()).collect();
    let elsewhere: Vec<(InspectionId, Vec<u8>)> = p::table
        .filter(p::sha256.eq_any(hashes))
        .filter(p::inspection_id.ne(id))
        .select((p::inspection_id, p::sha256))
        .limit(1_000)
        .load(&mut *tx.conn)?;
    let others: Vec<InspectionId> = elsewhere.iter().map(|(other, _)| *other).collect();
    // What was withdrawn never should have been there.
    let standing: BTreeSet<InspectionId> = i::table
        .filter(i::id.eq_any(others))
        .filter(i::state.ne(InspectionState::Withdrawn))
        .select(i::id)
        .load::<InspectionId>(&mut *tx.conn)?
        .into_iter()
        .collect();
    let owner = tx.actor.account();
    for (at, given) in input.answers.iter().enumerate() {
        for (place, photo) in given.photos.iter().enumerate() {
            let pointer = format!("/check/answers/{at}/photos/{place}");
            let Some(row) = rows.get(photo) else {
                fields.fault(pointer, "没有这一附件", "is no attachment");
                continue;
            };
            fields.require(
                row.owner_id.is_some() && row.owner_id == owner && row.is_unused(),
                &pointer,
                "不是您上传的、尚未使用的照片",
                "is not an unused upload of yours",
            );
            fields.require(row.content_type.starts_with("image/"), &pointer, "须为照片", "must be a picture");
            let used = elsewhere.iter().any(|(of, hash)| *hash == row.sha256 && standing.contains(of));
            fields.require(
                !used,
                &pointer,
                "这张照片已用于另一次检查的产品",
                "is a photo of a product of another inspection",
            );
        }
    }
    Ok(rows)
}

/// What the input says besides the answers, as it is stored.
pub(super) struct Rest {
    /// Names of those who checked.
    pub inspectors: Vec<String>,
    /// The name of the source.
    pub source_name: Option<String>,
    /// Its credit code.
    pub source_uscc: Option<String>,
    /// What was corrected.
    pub correction: Option<String>,
}

pub(super) fn rest(tx: &Tx, fields: &mut Fields, input: &LabelCheckInput, failed: bool) -> Rest {
    let today = tx.today();
    let within = |day: NaiveDate| (input.inspected_on..=today).contains(&day);
    fields.require(
        input.inspected_on <= today,
        "/check/inspected_on",
        "不能晚于今天",
        "must not be after today",
    );
    let some = (1..=MOST_INSPECTORS).contains(&input.inspectors.len());
    fields.require(some, "/check/inspectors", "须填写 1 到 10 名检查人员", "1 to 10 names are needed");
    let inspectors = input.inspectors.iter().take(MOST_INSPECTORS).enumerate();
    let inspectors = inspectors
        .map(|(at, name)| fields.text(&format!("/check/inspectors/{at}"), name, MAX_NAME))
        .collect();
    let source_name = fields.optional_text("/check/source_name", input.source_name.as_deref(), MAX_NAME);
    let source_uscc = fields
        .optional_text("/check/source_uscc", input.source_uscc.as_deref(), 18)
        .map(|code| code.to_uppercase());
    fields.require(
        source_uscc.as_ref().is_none_or(|code| code.len() == 18),
        "/check/source_uscc",
        "须为 18 位统一社会信用代码",
        "must be a unified social credit code of 18 characters",
    );
    fields.require(
        input.source_named == Some(true) || (source_name.is_none() && source_uscc.is_none()),
        "/check/source_named",
        "填写了来源的，须选择“已说明”",
        "must be true where a source is given",
    );
    let correction = fields.optional_text("/check/correction", input.correction.as_deref(), MAX_CORRECTION);
    fields.require(
        correction.is_some() == input.corrected_on.is_some(),
        "/check/correction",
        "当场改正的日期和内容须同时填写",
        "the day and what was corrected go together",
    );
    fields.require(
        input.corrected_on.is_none_or(|day| within(day) && failed),
        "/check/corrected_on",
        "只用于有问题的检查，且须在检查之日到今天之间",
        "is for a check that failed, from its day to today",
    );
    fields.require(
        input.delivered_on.is_none_or(within),
        "/check/delivered_on",
        "须在检查之日到今天之间",
        "must be from the day of the check to today",
    );
    let officer = input.delivered_on.is_none() || tx.actor.officer_region().is_some();
    let (zh, en) = ("由组织部门送达结果", "the organiser delivers the result");
    fields.require(officer, "/check/delivered_on", zh, en);
    Rest { inspectors, source_name, source_uscc, correction }
}
