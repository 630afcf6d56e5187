//! A yearly plan of supervision sampling: approved, with laboratories and a draw.

use super::named_enterprises::{ENTERPRISES, uscc};
use super::past::Past;
use super::tables::caller;
use crate::core::Problem;
use crate::programmes::commands::CreateProgramme;
use crate::programmes::draw::assign::AssignLaboratories;
use crate::programmes::draw::commands::{DrawRequest, DrawSample};
use crate::programmes::ids::{LaboratoryId, TargetId};
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::laboratories::commands::CreateLaboratory;
use crate::programmes::licences::commands::{EnterLicences, LicenceInput};
use crate::programmes::regimes::commands::ReviewKind;
use crate::programmes::state::{OperatorRole, ProgrammeLevel};
use crate::programmes::steps::{ApproveProgramme, SubmitProgramme};
use crate::programmes::target_queries;
use crate::programmes::targets::TargetInput;
use chrono::NaiveDate;

/// Its name.
pub(super) const NAME: &str = "年度产品质量省级监督抽查计划";
/// The day on which it is written, and that of its draw.
pub(super) const WRITTEN: i64 = -45;

/// Laboratories: name, region, classes of products, samples a month.
const LABORATORIES: [(&str, &str, &[&str], i32); 3] = [
    ("广东产品质量检验研究院", "440000", &["C03", "C04", "C06", "C22", "C23", "C25"], 200),
    ("广州质量检验技术中心", "440100", &["C03", "C06", "C22"], 60),
    ("岭南轻工检验有限公司", "440600", &["C06", "C10", "C38", "C42"], 80),
];
/// Who takes the samples.
const SAMPLER: &str = "广东质量抽样服务中心";
/// Targets: class, region, samples, operators, days from today by which they are due.
const TARGETS: [(&str, &str, i32, i32, i64); 6] = [
    ("C03", "440000", 12, 6, 30),
    ("C06", "440000", 10, 5, 30),
    ("C22", "440000", 6, 3, 20),
    ("C25", "440000", 6, 3, 25),
    ("C23", "440600", 4, 2, -10),
    ("C42", "441900", 4, 2, 15),
];

/// The plan, from its draft to its first draw.
pub(super) fn sampled(past: &Past) -> Result<(), Problem> {
    let officer = caller(&past.app, "admin-guangdong")?;
    let second = caller(&past.app, "admin-review")?;
    let sampler = laboratories(past)?;
    licences(past)?;
    let plan = CreateProgramme {
        kind: ProgrammeKind::Sampling,
        name: NAME.to_owned(),
        level: ProgrammeLevel::Provincial,
        organiser_region: None,
        period_from: past.day(WRITTEN),
        period_until: past.day(WRITTEN + 360),
        document_no: Some("粤市监质监〔年度〕12号".to_owned()),
        rules_version: None,
        targets: TARGETS.iter().map(|target| input(target, past, sampler)).collect(),
    };
    let id = past.app.execute(&officer, &plan)?;
    past.app.execute(&officer, &SubmitProgramme { id })?;
    past.app.execute(&second, &ApproveProgramme { id, called: None })?;
    let filter = target_queries::TargetFilter::default();
    let slice = crate::core::page::Slice::default();
    let targets =
        target_queries::list(&mut *past.app.conn()?, &officer.actor, id, &filter, past.today(), slice)?;
    for class in ["C03", "C06"] {
        let target = targets.items.iter().find(|t| t.target.product_class.as_deref() == Some(class));
        let Some(target) = target else { continue };
        let draw =
            past.app.execute(&officer, &DrawSample { programme: id, request: request(target.target.id) })?;
        past.app.execute(&officer, &AssignLaboratories { draw })?;
    }
    for (kind, days) in [("K0301", -20), ("K0601", -60), ("K0401", -5)] {
        let review = ReviewKind {
            product_kind: kind.to_owned(),
            reviewed_on: past.day(WRITTEN + days),
            conclusion: "近期不合格项目集中，维持现有监管类别。".to_owned(),
        };
        past.app.execute(&officer, &review)?;
    }
    Ok(())
}

fn request(target_id: TargetId) -> DrawRequest {
    DrawRequest { target_id, count: None, seed: None, seed_event: None, operators: None, reason: None }
}

fn input(
    (class, region, samples, operators, due): &(&str, &str, i32, i32, i64),
    past: &Past,
    sampler: LaboratoryId,
) -> TargetInput {
    let due_on: NaiveDate = past.day(*due);
    TargetInput {
        region: Some((*region).to_owned()),
        product_kind: None,
        product_class: Some((*class).to_owned()),
        role: OperatorRole::Producer,
        samples: *samples,
        operators: Some(*operators),
        laboratory_id: None,
        sampler_id: Some(sampler),
        due_on: Some(due_on),
    }
}

/// Licences of enterprises of the list: its place there, product kind, the first day.
const LICENCES: [(usize, &str, i64); 2] = [(0, "K0301", -700), (3, "K0201", -300)];

/// The register of licensed producers.
fn licences(past: &Past) -> Result<(), Problem> {
    let licence = |(at, kind, from): (usize, &str, i64)| {
        let (_, name, region, ..) = *ENTERPRISES.get(at)?;
        Some(LicenceInput {
            licence_no: format!("粤XK06-001-{at:05}"),
            uscc: uscc(at),
            name: name.to_owned(),
            region: Some(region.to_owned()),
            product_kind: kind.to_owned(),
            valid_from: past.day(from),
            valid_until: Some(past.day(from + 5 * 365)),
        })
    };
    let entered = EnterLicences { licences: LICENCES.into_iter().filter_map(licence).collect() };
    past.app.execute(&caller(&past.app, "admin-guangdong")?, &entered).map(drop)
}

/// The laboratories; gives who takes the samples.
fn laboratories(past: &Past) -> Result<LaboratoryId, Problem> {
    let officer = caller(&past.app, "admin-guangdong")?;
    let one = |name: &str, region: &str, products: &[&str], capacity: i32, takes_samples: bool| {
        let record = CreateLaboratory {
            name: name.to_owned(),
            region: Some(region.to_owned()),
            products: products.iter().map(|code| (*code).to_owned()).collect(),
            serves: vec!["440000".to_owned()],
            capacity,
            takes_samples,
            excluded_usccs: Vec::new(),
            active: true,
            hospital: None,
        };
        past.app.execute(&officer, &record)
    };
    for (name, region, products, capacity) in LABORATORIES {
        one(name, region, products, capacity, false)?;
    }
    one(SAMPLER, "440000", &[], 0, true)
}
