//! The steps of an entry after it was made.

use crate::conduct::course::Fact;
use crate::conduct::event::{Correction, Details, Matter, NewConductStep};
use crate::conduct::facts::{self, document_key};
use crate::conduct::ids::ConductId;
use crate::conduct::judge::{Law, judged};
use crate::conduct::new_conduct::check_matter;
use crate::conduct::policy::{decides_objection, permit_step};
use crate::conduct::settings::ConductSettings;
use crate::conduct::state::{ConductStep, transition};
use crate::conduct::store::{self, Loaded};
use crate::conduct::words::{AnnulGround, ConductState};
use crate::conduct::{files, notices, repair};
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::conduct;
use crate::db::{Command, Tx};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Takes a step of an entry: it is notified, contested, decided, corrected, annulled, repaired.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordConductStep {
    /// The entry.
    pub conduct: ConductId,
    /// The step to take.
    pub event: NewConductStep,
}

impl Command for RecordConductStep {
    type Output = ConductId;
    const NAME: &'static str = "record_conduct_step";

    fn run(&self, tx: &mut Tx) -> Result<ConductId, Problem> {
        let step = self.event.step;
        if step == ConductStep::Correct {
            // Two corrections, or a correction and an entry, of one enterprise to the same document wait for each other; before the row is locked, as
            // whoever enters locks rows behind this.
            let whose = conduct::table.find(self.conduct).select(conduct::enterprise_id);
            if let Some(enterprise) = whose.first::<EnterpriseId>(&mut *tx.conn).optional()? {
                facts::lock(tx, enterprise)?;
            }
        }
        let mut loaded = store::load(tx, self.conduct)?;
        permit_step(&tx.actor, &loaded.row, &loaded.authors, step, &tx.catalogue)?;
        let mut details = self.event.checked()?;
        transition(loaded.row.state, step)?;
        let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
        let law = Law { settings: settings.section::<ConductSettings>(), calendar: &catalogue.calendar };
        let on = self.event.occurred_on.unwrap_or_else(|| tx.today());
        check_day(&loaded, &tx.actor, on, tx.today())?;
        self.require_lawful(tx, &loaded, &details, on, law)?;
        judged(&mut details, step, on, &loaded.course, law);
        let fact = Fact { step, on, details };
        let (before, number, of) = (loaded.row.state, loaded.row.document_key.clone(), loaded.row.fact_id);
        let ordinal = store::take(tx, &mut loaded, &fact)?;
        facts::moved(tx, &loaded.row, of, number.as_deref())?;
        facts::renumber(tx, &loaded.row, number.as_deref())?;
        files::attach(tx, self.conduct, ordinal, &self.event.attachments)?;
        let data = json!({
            "step": step, "from": before, "to": loaded.row.state, "reason": fact.details.reason,
            "article": fact.details.article, "ground": fact.details.ground,
        });
        store::audit(tx, &loaded.row, Self::NAME, data)?;
        notices::notify(tx, &loaded, (&fact, decides_objection(before, step)), law)?;
        tx.wake(crate::conduct::wake::CHANGED);
        Ok(self.conduct)
    }
}

/// An officer enters what happened on paper before; what an enterprise hands in itself happens today. Else its objection of a day before the entry
/// counted would take away what counts already.
fn check_day(loaded: &Loaded, actor: &Actor, on: NaiveDate, today: NaiveDate) -> Result<(), Problem> {
    let mut fields = Fields::new();
    let itself = matches!(actor.scope(), Some(Scope::Enterprise(_)));
    fields.require(!itself || on >= today, "/occurred_on", "须为今天", "must be today");
    fields.require(on <= today, "/occurred_on", "不能晚于今天", "must not be in the future");
    let (zh, en) = ("不能早于上一步骤", "must not be before the last step");
    fields.require(on >= loaded.course.last_on, "/occurred_on", zh, en);
    fields.done()
}

impl RecordConductStep {
    /// What must hold for the step besides the state.
    fn require_lawful(
        &self,
        tx: &mut Tx,
        loaded: &Loaded,
        details: &Details,
        on: NaiveDate,
        law: Law<'_>,
    ) -> Result<(), Problem> {
        use ConductStep as S;
        match self.event.step {
            S::Object if loaded.course.objection_decided => {
                let text = Text::new(
                    "对该记录的异议已经处理，不能再次提出；对处理结果不服的，可依法申请行政复议或者提起行政诉讼",
                    "an objection to this entry was decided; administrative reconsideration and the courts remain open",
                );
                let problem = Problem::new(Code::ObjectionDecided, text);
                let article = law.rules_of(&loaded.course).map(|rules| &rules.objection.article);
                Err(article.map_or(problem.clone(), |article| problem.under(article)))
            }
            S::Notify => {
                let mut fields = Fields::new();
                let proved = on >= tx.today() || details.document.is_some();
                let (zh, en) = (
                    "补录此前的纸质告知，请填写纸质告知的文书编号",
                    "the number of the notice on paper is needed where the enterprise was notified before today",
                );
                fields.require(proved, "/document", zh, en);
                fields.done()
            }
            S::Annul => {
                let mut fields = Fields::new();
                let objected = loaded.row.state == ConductState::Contested;
                let fits = details.ground != Some(AnnulGround::Objection) || objected;
                let (zh, en) = ("没有待办理的异议", "no objection waits");
                fields.require(fits, "/ground", zh, en);
                fields.done()
            }
            S::Correct => check_correction(tx, loaded, details, law),
            S::ApplyRepair => repair::require(tx, loaded, &self.event, on, law),
            S::GrantRepair => repair::require_still(tx, loaded, on, law),
            S::Enter | S::Object | S::Uphold | S::RefuseRepair => Ok(()),
        }
    }
}

fn check_correction(tx: &mut Tx, loaded: &Loaded, details: &Details, law: Law<'_>) -> Result<(), Problem> {
    let Some(correction) = &details.correction else { return Ok(()) };
    let matter = loaded.course.matter.corrected(correction);
    let mut fields = Fields::new();
    if let Some(number) = &correction.document_no {
        fields.text("/correction/document_no", number, crate::conduct::event::MAX_SHORT);
    }
    check_matter((&mut fields, "/correction"), &matter, loaded.row.source, law, tx.today());
    let (zh, en) = ("与现有内容相同", "says what the entry says already");
    let changes = correction.fact_id.is_some() || matter != loaded.course.matter;
    fields.require(changes, "/correction", zh, en);
    check_fact(tx, loaded, correction, &mut fields)?;
    if is_taken(tx, loaded, &matter)? {
        let (zh, en) =
            ("该文书编号下已有相同行为的记录", "another entry of this document is about the same behaviour");
        fields.fault("/correction", zh, en);
    }
    fields.done()
}

/// An entry that stands alone can be said to be about the fact of another one.
fn check_fact(
    tx: &mut Tx,
    loaded: &Loaded,
    correction: &Correction,
    fields: &mut Fields,
) -> Result<(), Problem> {
    let (Some(fact), row) = (correction.fact_id, &loaded.row) else { return Ok(()) };
    let other = fact != row.fact_id && facts::is_of(&mut tx.conn, fact, row.enterprise_id)?;
    let (zh, en) = ("须为该企业另一条记录的事实", "must be the fact of another entry of the enterprise");
    fields.require(other, "/correction/fact_id", zh, en);
    let alone = facts::stands_alone(&mut tx.conn, row.id, (row.fact_id, row.enterprise_id))?;
    let (zh, en) = ("该记录已与其他记录属于同一事实", "the entry is about the same fact as others already");
    fields.require(alone, "/correction/fact_id", zh, en);
    Ok(())
}

/// Whether another entry is about the same document and behaviour.
fn is_taken(tx: &mut Tx, loaded: &Loaded, matter: &Matter) -> Result<bool, Problem> {
    use conduct as c;
    let Some(number) = &matter.document_no else { return Ok(false) };
    let other = c::table
        .filter(c::enterprise_id.eq(loaded.row.enterprise_id))
        .filter(c::document_key.is_not_distinct_from(Some(document_key(number))))
        .filter(c::authority.eq(&loaded.row.authority))
        .filter(c::behaviour.eq(&matter.behaviour))
        .filter(c::line_id.is_not_distinct_from(loaded.row.line_id))
        .filter(c::state.ne(ConductState::Annulled))
        .filter(c::id.ne(loaded.row.id))
        .select(c::id);
    Ok(other.first::<ConductId>(&mut *tx.conn).optional()?.is_some())
}
