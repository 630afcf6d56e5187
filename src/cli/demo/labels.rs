//! A device for quick tests, a suspect quick test that waits for its formal sample, and the check of a label.

use super::past::Past;
use super::tables::caller;
use crate::catalogue::SupervisionClass;
use crate::core::Problem;
use crate::inspections::registration::Registration;
use crate::inspections::words::{InspectedRole, Method, Outcome, Purpose};
use crate::label_checks::checklist::Answer;
use crate::label_checks::devices::{CalibrationInput, CreateDevice};
use crate::label_checks::input::{AnswerInput, LabelCheckInput};
use crate::label_checks::queries::checklists;
use crate::label_checks::quick::{EnterQuickTest, QuickTestInput};
use crate::label_checks::record::CheckLabel;
use crate::programmes::state::ProgrammeLevel;

/// All three.
pub(super) fn checked(past: &Past) -> Result<(), Problem> {
    past.set(-1, 300);
    let officer = caller(&past.app, "admin-guangzhou")?;
    let calibration = CalibrationInput {
        calibrated_on: past.day(-100),
        calibrated_until: past.day(265),
        certificate_no: Some("穗计校2211".to_owned()),
    };
    let device = CreateDevice {
        name: "便携式 X 荧光重金属快检仪".to_owned(),
        model: Some("XRF-300".to_owned()),
        serial_no: "GZ-KJ-0007".to_owned(),
        region: None,
        calibration,
    };
    let device = past.app.execute(&officer, &device)?;
    let test = QuickTestInput {
        device,
        tester: "梁伟".to_owned(),
        outcome: Outcome::Suspect,
        minutes: 18,
        tested_on: past.day(-1),
        note: Some("铅含量读数偏高。".to_owned()),
    };
    let suspect = EnterQuickTest {
        inspection: form("KJ-DEMO-001", Method::Quick, "儿童拼装积木", "K0601"),
        test,
    };
    past.app.execute(&officer, &suspect)?;
    let list = checklists(past.app.settings(), Some(past.day(-1))).into_iter().next();
    let asked = list.map(|list| list.checks).unwrap_or_default().into_iter();
    // Plastic toys are under strict supervision.
    let answers = asked.filter(|check| {
        let of_class = check.classes.is_empty() || check.classes.iter().any(|c| c == "C06");
        of_class && (check.regimes.is_empty() || check.regimes.contains(&SupervisionClass::Strict))
    });
    let answers = answers.map(|check| AnswerInput {
        answer: if check.key == "expiry" { Answer::NotApplicable } else { Answer::Ok },
        check: check.key,
        note: None,
        photos: Vec::new(),
    });
    let check = LabelCheckInput {
        checklist: None,
        inspected_on: past.day(-1),
        inspectors: vec!["梁伟".to_owned(), "谢敏".to_owned()],
        answers: answers.collect(),
        source_named: Some(true),
        source_name: Some("广州荔湾玩具批发部".to_owned()),
        source_uscc: None,
        corrected_on: None,
        correction: None,
        delivered_on: Some(past.day(-1)),
    };
    let label = CheckLabel { inspection: form("BZ-DEMO-001", Method::Label, "塑胶积木", "K0601"), check };
    past.app.execute(&officer, &label)?;
    past.set_to_present();
    Ok(())
}

/// A form of a shop in Guangzhou.
fn form(number: &str, method: Method, product: &str, kind: &str) -> Registration {
    Registration {
        number: number.to_owned(),
        organiser_region: None,
        programme: None,
        target: None,
        method,
        purpose: Purpose::Routine,
        level: ProgrammeLevel::Municipal,
        role: InspectedRole::Seller,
        operator: None,
        operator_name: Some("广州启明文具玩具店".to_owned()),
        operator_uscc: None,
        operator_address: Some("广州市越秀区文德路".to_owned()),
        place_region: "440104".to_owned(),
        producer: None,
        producer_name: None,
        producer_uscc: None,
        producer_address: None,
        producer_region: None,
        product_kind: Some(kind.to_owned()),
        product_name: product.to_owned(),
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
