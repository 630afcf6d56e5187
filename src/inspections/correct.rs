//! An event was entered wrongly: what it says is put right, or that it never happened. The history is folded with the correction, and where the
//! law would not have allowed what follows, it is refused.

use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::schema::{inspection, inspection_link};
use crate::inspections::breach::refusal;
use crate::inspections::course::Course;
use crate::inspections::entry::{audit, checked, finish};
use crate::inspections::event::NewStep;
use crate::inspections::fact::{Correction, facts, root};
use crate::inspections::files;
use crate::inspections::ids::InspectionId;
use crate::inspections::law::Law;
use crate::inspections::particulars::Particulars;
use crate::inspections::policy::may_correct;
use crate::inspections::references::{check_bodies, is_active};
use crate::inspections::registration::number_taken;
use crate::inspections::rows::{EventRow, InspectionRow};
use crate::inspections::state::{InspectionState as S, InspectionStep as E};
use crate::inspections::store::{Author, Loaded};
use crate::inspections::words::{LinkKind, Method};
use diesel::prelude::*;
use std::sync::Arc;

/// Enters the correction of an event.
///
/// # Errors
/// 422 for an event that can't be corrected, or where what follows it would not be lawful.
pub fn correct(tx: &mut Tx, event: &NewStep, loaded: Loaded, law: Law<'_>) -> Result<(), Problem> {
    let entry = checked(tx, event)?;
    let corrects = event.corrects.unwrap_or_default();
    let under = under(&loaded, corrects);
    let Some(fact) = loaded.facts.iter().find(|fact| Some(fact.ordinal) == under) else {
        let text = Text::new("不是可以更正的步骤", "is no event that can be corrected");
        return Err(Problem::field("/corrects", text));
    };
    if !may_correct(&tx.actor, &loaded.row, &loaded.events, corrects, &tx.catalogue) {
        let text = Text::new(
            "只能更正由本机构登记且其后尚无其他各方办理的步骤；其他步骤需要更正的，请联系组织部门",
            "you correct what your body entered, as long as nobody else has acted since; after that the organiser does",
        );
        return Err(Problem::new(Code::Forbidden, text));
    }
    if matches!(tx.actor.scope(), Some(Scope::Laboratory(_))) && event.recording_decided.is_some() {
        let text = Text::new("由组织部门填写", "is entered by the organiser");
        return Err(Problem::field("/recording_decided", text));
    }
    let annulled = event.annulled == Some(true);
    if annulled && fact.step == E::Draw {
        let text = Text::new(
            "登记本身不能作废，请使用撤回（withdraw）",
            "the registration itself is withdrawn, not annulled",
        );
        return Err(Problem::field("/annulled", text));
    }
    event.check_correction_of(fact.step)?;
    let said = Correction {
        occurred_on: event.occurred_on,
        occurred_at: event.occurred_at,
        particulars: Particulars { reason: None, ..event.particulars() },
        annulled,
    };
    let nothing = !annulled
        && said.occurred_on.is_none()
        && said.occurred_at.is_none()
        && said.particulars == Particulars::default();
    if nothing {
        let text =
            Text::new("须注明更正的内容，或者作废（annulled）", "needs what is put right, or annulled");
        return Err(Problem::field("/annulled", text));
    }
    let author = Author::of(&tx.actor, tx.now);
    let mut row = EventRow {
        inspection_id: loaded.row.id,
        ordinal: loaded.row.version + 1,
        step: E::Correct.as_str().to_owned(),
        from_state: Some(loaded.row.state.as_str().to_owned()),
        to_state: String::new(),
        occurred_on: tx.today(),
        occurred_at: None,
        recorded_at: tx.now,
        late: false,
        actor_id: author.account,
        actor_role: author.role.to_owned(),
        actor_region: author.region.map(str::to_owned),
        actor_body: author.body,
        document: entry.document,
        note: event.reason.clone(),
        details: serde_json::to_value(&said)?,
        corrects: Some(corrects),
    };
    let mut events = loaded.events.clone();
    events.push(row.clone());
    let effective = facts(&events)?;
    let (course, _) = Course::replay(loaded.course.basics.clone(), &effective, law).map_err(|unlawful| {
        let mut problem = refusal(unlawful.step, &unlawful.breach, law.rules);
        problem.detail = Text::new(
            format!(
                "更正后第 {} 步（{}）不成立：{}",
                unlawful.ordinal,
                unlawful.step.text().zh,
                problem.detail.zh
            ),
            format!(
                "event {} ({}) would not stand: {}",
                unlawful.ordinal,
                unlawful.step.text().en,
                problem.detail.en
            ),
        );
        problem
    })?;
    check_named(tx, &loaded, fact.step, &said.particulars, &course)?;
    check_number(tx, &loaded, &course)?;
    row.to_state = course.state.map(|state| state.as_str().to_owned()).unwrap_or_default();
    if annulled && fact.step == E::LinkFormal {
        unlink(tx, &loaded, fact.ordinal)?;
    }
    finish(tx, &loaded, &row, &course, law, true)?;
    files::attach(tx, loaded.row.id, row.ordinal, &event.attachments)?;
    audit(tx, &loaded.row, &row, &course)
}

/// Bodies that a correction names are checked as in the step itself. The formal sample of a quick test is named anew instead.
fn check_named(
    tx: &mut Tx,
    loaded: &Loaded,
    step: E,
    said: &Particulars,
    course: &Course,
) -> Result<(), Problem> {
    let (mut fields, catalogue) = (Fields::new(), Arc::clone(&tx.catalogue));
    match step {
        E::Draw | E::Assign => {
            let known = |code: &String| catalogue.products.coded(code).is_some();
            let (zh, en) = ("未知的产品种类代码", "is not a known product kind");
            fields.require(said.product_kind.as_ref().is_none_or(known), "/product_kind", zh, en);
            let asked = |code: &String| {
                catalogue.products.kind(code).map(|kind| (kind.class.as_str(), kind.supervision))
            };
            let moved = said.product_kind.as_ref().zip(loaded.row.product_kind.as_ref());
            let moved = moved.is_some_and(|(right, wrong)| asked(right) != asked(wrong));
            let checked =
                loaded.row.method == Method::Label && loaded.facts.iter().any(|fact| fact.step == E::Check);
            fields.require(
                !(moved && checked),
                "/product_kind",
                "检查表按产品类别和监管类别确定，请先作废标识检查，更正后重新登记",
                "the checklist goes by class and regime: annul the check of the label first, and enter it again afterwards",
            );
            // Who has the sample, or has tested it already, is not asked whether it tests such products.
            let waits = course.received_on.is_none() && course.result.is_none();
            let assigned = course.laboratory.filter(|_| waits && said.product_kind.is_some());
            let named = (said.laboratory.or(assigned), said.sampler);
            let uscc = loaded.subject.operator_uscc.as_deref();
            let kind = course.product_kind.clone().or_else(|| loaded.row.product_kind.clone());
            let row = InspectionRow { product_kind: kind, ..loaded.row.clone() };
            check_bodies(&mut tx.conn, &mut fields, named, &row, uscc, &catalogue)?;
            let apart = course.laboratory.is_none() || course.laboratory != course.sampler;
            let (zh, en) = ("抽样机构不得承检", "who takes the sample does not test it");
            fields.require(apart || named.0 == named.1, "/sampler", zh, en);
        }
        E::OrderRetest => {
            if let Some(id) = said.laboratory {
                fields.require(
                    is_active(&mut tx.conn, id)?,
                    "/laboratory",
                    "不是在用的机构",
                    "is no active body",
                );
            }
        }
        E::LinkFormal => fields.require(
            said.inspection.is_none(),
            "/inspection",
            "请作废（annulled）后重新关联",
            "annul the step, and name the inspection anew",
        ),
        _ => {}
    }
    fields.done()
}

/// An inspection whose withdrawal never happened has its number again, unless another one was registered under it meanwhile.
fn check_number(tx: &mut Tx, loaded: &Loaded, course: &Course) -> Result<(), Problem> {
    let row = &loaded.row;
    if row.state != S::Withdrawn || course.state == Some(S::Withdrawn) {
        return Ok(());
    }
    let other = inspection::table
        .filter(inspection::organiser_region.eq(&row.organiser_region))
        .filter(inspection::number.eq(&row.number))
        .filter(inspection::state.ne(S::Withdrawn))
        .select(inspection::id);
    let taken = other.first::<InspectionId>(&mut *tx.conn).optional()?.is_some();
    if taken { Err(number_taken()) } else { Ok(()) }
}

/// The formal sample that was named by a step that never happened does not follow the quick test. What was registered as following it stays so.
fn unlink(tx: &mut Tx, loaded: &Loaded, ordinal: i32) -> Result<(), Problem> {
    use inspection_link as l;
    let Some(named) = loaded.events.iter().find(|event| event.ordinal == ordinal) else { return Ok(()) };
    diesel::update(l::table)
        .filter(l::follows_id.eq(loaded.row.id))
        .filter(l::kind.eq(LinkKind::Formal))
        .filter(l::linked_at.eq(named.recorded_at))
        .filter(l::ended_at.is_null())
        .set(l::ended_at.eq(tx.now))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// The event under a correction, which may be one of a correction itself; none where it was corrected already.
fn under(loaded: &Loaded, corrects: i32) -> Option<i32> {
    if loaded.events.iter().any(|event| event.corrects == Some(corrects)) {
        return None;
    }
    root(&loaded.events, corrects)
}
