//! Two rounds of cross-inspection by the demo enterprises: one that was brought to its end, one that enterprises can join.

use super::past::Past;
use super::tables::{body, caller};
use crate::core::{Caller, Problem};
use crate::cross_inspections::assign::AssignRound;
use crate::cross_inspections::commands::{CloseRound, CreateRound};
use crate::cross_inspections::detail::{RoundDetail, detail};
use crate::cross_inspections::ids::RoundId;
use crate::cross_inspections::members::{AddProduct, DeclareRelations, JoinRound};
use crate::cross_inspections::results::{CorrectProduct, EnterCheck, Finding, ReportResult};
use crate::cross_inspections::state::Verdict;

/// Who takes part, with what.
const PARTICIPANTS: [(&str, &str); 4] = [
    ("enterprise-hengtong", "三芯延长线插座"),
    ("enterprise-lele", "带开关五孔插座"),
    ("enterprise-yongxing", "燃气灶用接线插座"),
    ("enterprise-jinhui", "工地用移动插座"),
];

/// Both rounds.
pub(super) fn held(past: &Past) -> Result<(), Problem> {
    past.set(-1, 200);
    let officer = caller(&past.app, "admin-guangdong")?;
    let done = set_up(past, &officer, "插头插座互检（第一轮）")?;
    let word = seen(past, &officer, done)?.join_code.unwrap_or_default();
    for (username, product) in PARTICIPANTS {
        let who = caller(&past.app, username)?;
        past.app.execute(&who, &JoinRound { join_code: word.clone() })?;
        let none = DeclareRelations { id: done, participant: None, kin: Vec::new(), rivals: Vec::new() };
        past.app.execute(&who, &none)?;
        let brand = Some("示范牌".to_owned());
        past.app.execute(&who, &AddProduct { id: done, name: product.to_owned(), brand })?;
    }
    past.app.execute(&officer, &AssignRound { id: done })?;
    results(past, &officer, done)?;
    past.app.execute(&officer, &CloseRound { id: done })?;
    let open = set_up(past, &officer, "插头插座互检（第二轮）")?;
    let word = seen(past, &officer, open)?.join_code.unwrap_or_default();
    let first = caller(&past.app, "enterprise-hengtong")?;
    past.app.execute(&first, &JoinRound { join_code: word })?;
    past.set_to_present();
    Ok(())
}

fn set_up(past: &Past, officer: &Caller, name: &str) -> Result<RoundId, Problem> {
    let round = CreateRound {
        name: name.to_owned(),
        region: None,
        product_kind: "K2301".to_owned(),
        check_percent: Some(50),
        laboratory_id: Some(body(&past.app, "广东产品质量检验研究院")?),
    };
    past.app.execute(officer, &round)
}

fn seen(past: &Past, who: &Caller, id: RoundId) -> Result<RoundDetail, Problem> {
    detail(&mut *past.app.conn()?, &who.actor, id)
}

/// Everybody reports; the first one finds a fault, which its enterprise corrects; the laboratory agrees.
fn results(past: &Past, officer: &Caller, id: RoundId) -> Result<(), Problem> {
    let finding = |code: &str, faulty: bool, report_no: Option<String>| Finding {
        code: code.to_owned(),
        result: if faulty { Verdict::Nonconforming } else { Verdict::Conforming },
        faults: if faulty { vec!["拔出力".to_owned()] } else { Vec::new() },
        tested_on: past.day(-1),
        report_no,
    };
    let mut faulty_code = String::new();
    for (at, (username, _)) in PARTICIPANTS.into_iter().enumerate() {
        let who = caller(&past.app, username)?;
        for task in seen(past, &who, id)?.tasks {
            if at == 0 {
                faulty_code.clone_from(&task.code);
            }
            past.app.execute(&who, &ReportResult { id, finding: finding(&task.code, at == 0, None) })?;
        }
    }
    for product in seen(past, officer, id)?.products {
        let (Some(true), Some(code)) = (product.to_check, product.code) else { continue };
        let report_no = Some(format!("GD-HJ-{code}"));
        let check = finding(&code, code == faulty_code, report_no);
        past.app.execute(officer, &EnterCheck { id, finding: check })?;
    }
    for (username, _) in PARTICIPANTS {
        let who = caller(&past.app, username)?;
        for product in seen(past, &who, id)?.products {
            if product.found.result == Some(Verdict::Nonconforming) {
                let correction = CorrectProduct {
                    id,
                    product: product.id,
                    corrected_on: past.day(-1),
                    correction: "更换插套弹片，并加严进货检验。".to_owned(),
                };
                past.app.execute(&who, &correction)?;
            }
        }
    }
    Ok(())
}
