//! The steps of the demo's inspections, as their people enter them.

use crate::inspections::event::NewStep;
use crate::inspections::particulars::{ReportItem, SampleTaken, TestResult};
use crate::inspections::registration::Registration;
use crate::inspections::state::InspectionStep as Step;
use crate::inspections::words::{Channel, InspectedRole, Method, Outcome, Party, Purpose};
use crate::programmes::state::ProgrammeLevel;
use chrono::NaiveDate;

pub(super) fn with_reason(step: Step, reason: &str) -> NewStep {
    NewStep { reason: Some(reason.to_owned()), ..NewStep::new(step) }
}

pub(super) fn sample() -> NewStep {
    let taken = SampleTaken {
        samplers: vec!["郭明".to_owned(), "赵丽".to_owned()],
        witness: Some("仓库主管 李强".to_owned()),
        notice_shown: Some(true),
        batch: Some("20260115".to_owned()),
        base_quantity: Some(300.0),
        test_quantity: Some(6.0),
        reserve_quantity: Some(6.0),
        needed_quantity: Some(12.0),
        unit: Some("件".to_owned()),
        price_fen: Some(12_900),
        channel: Some(Channel::Warehouse),
        ..SampleTaken::default()
    };
    NewStep { sample: Some(taken), ..NewStep::new(Step::Sample) }
}

pub(super) fn seal() -> NewStep {
    NewStep {
        seals: Some(vec!["F2026-0113".to_owned(), "F2026-0114".to_owned()]),
        reserve_kept_at: Some("承检机构样品室".to_owned()),
        ..NewStep::new(Step::Seal)
    }
}

fn item(item: &str, requirement: &str, measured: &str, ok: bool, safety: bool) -> ReportItem {
    ReportItem {
        item: item.to_owned(),
        method: None,
        requirement: Some(requirement.to_owned()),
        measured: Some(measured.to_owned()),
        unit: None,
        ok,
        safety,
    }
}

pub(super) fn result(report_no: &str, failed: bool) -> TestResult {
    let measured = if failed { "2.4" } else { "1.6" };
    TestResult {
        report_no: Some(report_no.to_owned()),
        outcome: if failed { Outcome::Nonconforming } else { Outcome::Conforming },
        signed_by: Some("方静".to_owned()),
        items: vec![
            item("结构与尺寸", "符合标准", "符合", true, false),
            item("安全性能", "≤ 1.83", measured, !failed, true),
        ],
    }
}

pub(super) fn deliver(party: Party) -> NewStep {
    NewStep {
        party: Some(party), document: Some("检验结果通知书".to_owned()), ..NewStep::new(Step::Deliver)
    }
}

/// The same step on another day.
pub(super) fn on(day: NaiveDate, step: NewStep) -> NewStep {
    NewStep { occurred_on: Some(day), ..step }
}

/// A registration that says nothing yet.
pub(super) fn empty() -> Registration {
    Registration {
        number: String::new(),
        organiser_region: None,
        programme: None,
        target: None,
        method: Method::Sampling,
        purpose: Purpose::Routine,
        level: ProgrammeLevel::Provincial,
        role: InspectedRole::Producer,
        operator: None,
        operator_name: None,
        operator_uscc: None,
        operator_address: None,
        place_region: String::new(),
        producer: None,
        producer_name: None,
        producer_uscc: None,
        producer_address: None,
        producer_region: None,
        product_kind: None,
        product_name: String::new(),
        trademark: None,
        model: None,
        standard: None,
        client: None,
        contractor: None,
        laboratory: None,
        sampler: None,
        drawn_on: None,
        sample: None,
        follows: None,
    }
}
