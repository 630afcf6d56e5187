//! Two support programmes: one of a product, carried out and evaluated; one of a place, which waits for its approval.

use super::past::Past;
use super::tables::{caller, sampled_places};
use crate::catalogue::Region;
use crate::core::Problem;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::steps::{ApproveProgramme, SubmitProgramme};
use crate::support_programmes::amounts::EnterAmount;
use crate::support_programmes::create::CreateSupport;
use crate::support_programmes::entries::measures;
use crate::support_programmes::ids::MeasureId;
use crate::support_programmes::input::MeasureInput;
use crate::support_programmes::measures::MoveMeasure;
use crate::support_programmes::state::{AmountKind, MeasureKind, MeasureStep};
use crate::support_programmes::steps::EvaluateSupport;
use chrono::Datelike;

/// The most kinds of the programme of a product.
const MOST_KINDS: usize = 12;

/// Both programmes. What was sampled decides for which products and place they are.
pub(super) fn supported(past: &Past) -> Result<(), Problem> {
    past.set(-1, 420);
    let (officer, second) = (caller(&past.app, "admin-guangdong")?, caller(&past.app, "admin-review")?);
    let found = sampled_places(&past.app)?;
    let mut kinds: Vec<String> = found.iter().map(|(kind, _)| kind.clone()).collect();
    kinds.sort();
    kinds.dedup();
    kinds.truncate(MOST_KINDS);
    let Some((_, place)) = found.first() else { return Ok(()) };
    let product = past.app.execute(&officer, &product(past, kinds))?;
    past.app.execute(&officer, &SubmitProgramme { id: product })?;
    let approval = ApproveProgramme { id: product, called: Some(ProgrammeKind::Support) };
    past.app.execute(&second, &approval)?;
    let known = measures(&mut *past.app.conn()?, product)?;
    past.set_to_present();
    let first: Option<MeasureId> = known.first().map(|measure| measure.id);
    if let Some(id) = first {
        for step in [MeasureStep::Begin, MeasureStep::Finish] {
            let moved = MoveMeasure { programme: product, id, step, on: None, reason: None };
            past.app.execute(&officer, &moved)?;
        }
    }
    for (description, amount_fen) in [("培训场地与讲义", 1_860_000), ("共享检测设备租用", 6_250_050)]
    {
        let cost = EnterAmount {
            programme: product,
            kind: AmountKind::Cost,
            description: description.to_owned(),
            amount_fen,
            on_day: past.today(),
            hospital: None,
            paid_by: None,
        };
        past.app.execute(&officer, &cost)?;
    }
    let evaluation = EvaluateSupport {
        id: product,
        from: None,
        day: None,
        note: Some("帮扶刚开始，样本不足，下季度再评估。".to_owned()),
    };
    past.app.execute(&officer, &evaluation)?;
    let catalogue = past.app.catalogue();
    let regions = &catalogue.regions;
    // The city of the place; the place itself where it is one.
    let city = |region: &&Region| {
        region
            .parent
            .as_deref()
            .is_some_and(|above| regions.get(above).is_some_and(|above| above.parent.is_none()))
    };
    let city = regions.ancestors(place).find(|region| city(region)).map(|region| region.code.clone());
    let place = past.app.execute(&officer, &of_place(past, city.unwrap_or_else(|| place.clone())))?;
    past.app.execute(&officer, &SubmitProgramme { id: place })?;
    Ok(())
}

fn measure(past: &Past, kind: MeasureKind, description: &str, hospital: Option<&str>) -> MeasureInput {
    MeasureInput {
        kind,
        description: description.to_owned(),
        hospital: hospital.map(str::to_owned),
        carried_by: hospital.is_none().then(|| "行业协会".to_owned()),
        starts_on: past.day(0),
        ends_on: past.day(180),
    }
}

/// For the products that were sampled, in the whole province.
fn product(past: &Past, kinds: Vec<String>) -> CreateSupport {
    CreateSupport {
        kinds,
        lead_hospital: "H04".to_owned(),
        partners: vec!["广东省产品质量协会".to_owned()],
        measures: vec![
            measure(past, MeasureKind::Training, "生产工艺与出厂检验专题培训。", Some("H04")),
            measure(past, MeasureKind::SharedTest, "共享出厂检测设备，每月两个开放日。", Some("H15")),
            measure(past, MeasureKind::Standard, "编写团体标准并逐家宣贯。", None),
        ],
        ..empty(past, format!("重点产品“一品一策”康复帮扶（{}年）", past.today().year()))
    }
}

/// For a city, with all its products.
fn of_place(past: &Past, city: String) -> CreateSupport {
    CreateSupport {
        regions: vec![city],
        lead_hospital: "H01".to_owned(),
        overlap_reason: Some("本市企业同时纳入全省重点产品帮扶，措施分工不同，不重复发放检测券。".to_owned()),
        measures: vec![
            measure(past, MeasureKind::Visit, "专家逐户上门，每家至少两次。", Some("H01")),
            measure(past, MeasureKind::Voucher, "向名单内企业发放检测券。", None),
        ],
        ..empty(past, "产业集聚区“一地一策”康复帮扶".to_owned())
    }
}

fn empty(past: &Past, name: String) -> CreateSupport {
    CreateSupport {
        name,
        level: None,
        organiser_region: None,
        period_from: past.day(-1),
        period_until: past.day(364),
        document_no: None,
        regions: Vec::new(),
        kinds: Vec::new(),
        lead_hospital: String::new(),
        partners: Vec::new(),
        target_percent: Some(8.0),
        target_samples: Some(60),
        baseline_months: None,
        overlap_reason: None,
        recusal: None,
        verified_by: None,
        measures: Vec::new(),
    }
}
