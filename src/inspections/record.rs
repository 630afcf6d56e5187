//! The steps of an inspection after its registration, corrections included.

use crate::core::actor::Scope;
use crate::core::clock::day_text;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{inspection, inspection_link, inspection_subject};
use crate::db::{Command, Tx};
use crate::inspections::breach::{Breach, article, refusal};
use crate::inspections::correct::correct;
use crate::inspections::course::Course;
use crate::inspections::entry::{audit, checked, entered_late, finish};
use crate::inspections::event::NewStep;
use crate::inspections::fact::Fact;
use crate::inspections::files;
use crate::inspections::ids::InspectionId;
use crate::inspections::law::Law;
use crate::inspections::notices;
use crate::inspections::policy::{party_of, permit_step};
use crate::inspections::references::{check_bodies, is_active};
use crate::inspections::registration::{is_formal_sample, line_of};
use crate::inspections::rows::{EventRow, InspectionRow, LinkRow};
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::{InspectionState, InspectionStep as E};
use crate::inspections::store::{Author, Loaded, load};
use crate::inspections::words::{LinkKind, Method};
use crate::programmes::repeat_ban::{Sampling, banned};
use crate::programmes::settings::ProgrammeSettings;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Enters a step of an inspection, or the correction of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordInspectionStep {
    /// The inspection.
    pub inspection: InspectionId,
    /// The step to take.
    pub event: NewStep,
}

impl Command for RecordInspectionStep {
    type Output = InspectionId;
    const NAME: &'static str = "record_inspection_step";

    fn run(&self, tx: &mut Tx) -> Result<InspectionId, Problem> {
        let loaded = load(tx, self.inspection)?;
        if let Some(seen) = self.event.version.filter(|seen| *seen != loaded.row.version) {
            let text = Text::new(
                format!("检查已更新（版本 {}，您看到的是 {seen}），请刷新后重试", loaded.row.version),
                format!("the inspection is at version {}, you saw {seen}", loaded.row.version),
            );
            return Err(Problem::new(Code::InspectionChanged, text));
        }
        let retest = loaded.course.retest_laboratory;
        permit_step(&tx.actor, &loaded.row, retest, self.event.step, &tx.catalogue)?;
        self.event.check()?;
        let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
        let law = loaded.law(settings.section::<InspectionSettings>(), &catalogue)?;
        if self.event.step == E::Correct {
            correct(tx, &self.event, loaded, law)?;
        } else {
            take(tx, &self.event, loaded, law)?;
        }
        Ok(self.inspection)
    }
}

/// Takes a step, writes it with what the inspection comes to, and makes what follows from it so.
fn take(tx: &mut Tx, event: &NewStep, loaded: Loaded, law: Law<'_>) -> Result<(), Problem> {
    let entry = checked(tx, event)?;
    let mut particulars = event.particulars();
    if event.step == E::Contest && particulars.party.is_none() {
        particulars.party = match tx.actor.scope() {
            Some(Scope::Enterprise(id)) => party_of(&loaded.row, *id),
            _ => None,
        };
    }
    own_challenge(tx, &loaded.row, event.step, particulars.party, entry.on)?;
    own_retest(tx, event)?;
    let actor = tx.actor.clone();
    let author = Author::of(&actor, tx.now);
    let fact = Fact {
        ordinal: loaded.row.version + 1,
        step: event.step,
        on: entry.on,
        at: event.occurred_at,
        entered_by: author.account,
        body: author.body,
        particulars,
    };
    let mut course = loaded.course.clone();
    let before = course.state;
    let overdue = course.take(&fact, law).map_err(|breach| refusal(fact.step, &breach, law.rules))?;
    match event.step {
        E::Assign | E::OrderRetest => check_assigned(tx, &loaded, &course, &fact)?,
        E::Sample => check_repeat(tx, &loaded, fact.on, law)?,
        E::LinkFormal => link_formal(tx, &loaded, &fact)?,
        _ => {}
    }
    let late = overdue || entered_late(tx, fact.on, law);
    let row = EventRow {
        inspection_id: loaded.row.id,
        ordinal: fact.ordinal,
        step: fact.step.as_str().to_owned(),
        from_state: before.map(|state| state.as_str().to_owned()),
        to_state: course.state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
        occurred_on: fact.on,
        occurred_at: fact.at,
        recorded_at: tx.now,
        late,
        actor_id: author.account,
        actor_role: author.role.to_owned(),
        actor_region: author.region.map(str::to_owned),
        actor_body: author.body,
        document: entry.document,
        note: entry.note,
        details: serde_json::to_value(&fact.particulars)?,
        corrects: None,
    };
    finish(tx, &loaded, &row, &course, law, false)?;
    files::attach(tx, loaded.row.id, row.ordinal, &event.attachments)?;
    audit(tx, &loaded.row, &row, &course)?;
    notices::notify(tx, &loaded, &fact, &course, law)
}

/// An enterprise challenges and answers for itself only.
fn own_challenge(
    tx: &Tx,
    row: &InspectionRow,
    step: E,
    party: Option<crate::inspections::words::Party>,
    on: NaiveDate,
) -> Result<(), Problem> {
    let Some(Scope::Enterprise(id)) = tx.actor.scope() else { return Ok(()) };
    if step == E::Contest && party != party_of(row, *id) {
        return Err(Problem::field(
            "/party",
            Text::new("只能代表本企业提出异议", "a party challenges for itself only"),
        ));
    }
    // The term is met by the day on which it is handed in; what came on paper before, an officer enters.
    if step == E::Contest && on != tx.today() {
        return Err(Problem::field(
            "/occurred_on",
            Text::new("在线提出异议的，以提交当日为准", "a challenge that is handed in here is of today"),
        ));
    }
    Ok(())
}

/// The laboratory that tests again says what it found: its report, not the word of an officer, ends the challenge.
fn own_retest(tx: &Tx, event: &NewStep) -> Result<(), Problem> {
    let tests = matches!(tx.actor.scope(), Some(Scope::Laboratory(_)));
    if !tests || !matches!(event.step, E::Uphold | E::Overturn) {
        return Ok(());
    }
    let mut fields = Fields::new();
    let reported = event.result.as_ref().is_some_and(|result| result.report_no.is_some());
    fields.require(reported, "/result/report_no", "须填写复检报告编号", "needs the report of the re-test");
    let silent = event.recording_decided.is_none();
    let (zh, en) = ("由组织部门填写", "is entered by the organiser");
    fields.require(silent, "/recording_decided", zh, en);
    fields.done()
}

fn check_assigned(tx: &mut Tx, loaded: &Loaded, course: &Course, fact: &Fact) -> Result<(), Problem> {
    let (mut fields, catalogue) = (Fields::new(), Arc::clone(&tx.catalogue));
    if fact.step == E::Assign {
        let bodies = (fact.particulars.laboratory.and(course.laboratory), course.sampler);
        let uscc = loaded.subject.operator_uscc.as_deref();
        check_bodies(&mut tx.conn, &mut fields, bodies, &loaded.row, uscc, &catalogue)?;
    } else if let Some(id) = fact.particulars.laboratory {
        fields.require(is_active(&mut tx.conn, id)?, "/laboratory", "不是在用的机构", "is no active body");
    }
    fields.done()
}

/// The ban on sampling the same product again too soon, as the rules of programmes have it.
fn check_repeat(tx: &mut Tx, loaded: &Loaded, on: NaiveDate, law: Law<'_>) -> Result<(), Problem> {
    let (row, subject) = (&loaded.row, &loaded.subject);
    let Some(line) = subject.line.as_ref().filter(|_| row.method == Method::Sampling) else { return Ok(()) };
    let settings = Arc::clone(&tx.settings);
    let Some(rules) = settings.section::<ProgrammeSettings>().rules_on(on) else { return Ok(()) };
    let days: Vec<Option<NaiveDate>> = inspection::table
        .inner_join(inspection_subject::table.on(inspection_subject::inspection_id.eq(inspection::id)))
        .filter(inspection_subject::line.eq(line))
        .filter(inspection::organiser_region.eq(&row.organiser_region))
        .filter(inspection::method.eq(Method::Sampling))
        .filter(inspection::id.ne(row.id))
        .filter(inspection::state.ne_all([InspectionState::Void, InspectionState::Withdrawn]))
        .filter(inspection::sampled_on.is_not_null())
        .select(inspection::sampled_on)
        .load(&mut *tx.conn)?;
    let sampling = |sampled_on| Sampling {
        authority: row.organiser_region.clone(),
        line: line_of(subject),
        sampled_on,
        exempt: row.purpose.may_repeat(),
    };
    let Some(ban) = banned(&sampling(on), days.into_iter().flatten().map(sampling), rules) else {
        return Ok(());
    };
    let (sampled, again) = (day_text(ban.sampled_on), day_text(ban.allowed_from));
    let breach = Breach::Unlawful {
        pointer: "/occurred_on",
        text: Text::new(
            format!("同一产品已于{}抽查，{}前不得重复抽查", sampled.zh, again.zh),
            format!("the same product was sampled on {}, and may be again from {}", sampled.en, again.en),
        ),
        article: ban.article,
    };
    Err(refusal(E::Sample, &breach, law.rules).under(article(E::Sample, law.rules)))
}

/// The formal sample of a suspect quick test is an inspection of the same authority, by sampling, at the same operator.
fn link_formal(tx: &mut Tx, loaded: &Loaded, fact: &Fact) -> Result<(), Problem> {
    let Some(formal) = fact.particulars.inspection else { return Ok(()) };
    let found: Option<InspectionRow> =
        inspection::table.find(formal).select(InspectionRow::as_select()).first(&mut *tx.conn).optional()?;
    if !found.is_some_and(|found| is_formal_sample(&loaded.row, &found)) {
        return Err(Problem::field(
            "/inspection",
            Text::new(
                "须为同一组织部门对同一被抽样单位的正式抽样",
                "must be a formal sampling of the same organiser at the same operator",
            ),
        ));
    }
    let link = LinkRow {
        inspection_id: formal,
        follows_id: loaded.row.id,
        kind: LinkKind::Formal,
        linked_at: tx.now,
        ended_at: None,
    };
    diesel::insert_into(inspection_link::table)
        .values(&link)
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    Ok(())
}
