//! An entry is made: by an officer, or by the domains above that read lists of penalties and follow inspections and cases.

use crate::conduct::course::{Course, Fact};
use crate::conduct::event::Details;
use crate::conduct::facts::{self, Origin, document_key};
use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::judge::{Law, entered, judged};
use crate::conduct::new_conduct::{Checked, NewConduct};
use crate::conduct::notices;
use crate::conduct::rows::{ConductRow, LineRow};
use crate::conduct::settings::ConductSettings;
use crate::conduct::state::ConductStep;
use crate::conduct::store::{self, Loaded, event_row};
use crate::conduct::words::ConductState;
use crate::core::Problem;
use crate::db::schema::{conduct, conduct_event};
use crate::db::{Command, Tx};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Makes an entry of credit conduct. The same document about the same behaviour again gives the entry that was made of it. Done by an officer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnterConduct {
    /// What is entered.
    pub conduct: NewConduct,
}

/// The entry of what was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// Id of the entry.
    pub id: ConductId,
    /// The fact that it is about.
    pub fact_id: FactId,
    /// Whether it was made now; else it had been entered before and nothing changed.
    pub new: bool,
}

impl Command for EnterConduct {
    type Output = Entered;
    const NAME: &'static str = "enter_conduct";

    fn run(&self, tx: &mut Tx) -> Result<Entered, Problem> {
        self.conduct.permit_source(&tx.actor)?;
        enter(tx, &self.conduct)
    }
}

/// Makes an entry within another command; see [`EnterConduct`].
///
/// # Errors
/// 401 or 403 for who may not; 422 that names the fields; 422 with the article for what the rules do not cover.
pub fn enter(tx: &mut Tx, asked: &NewConduct) -> Result<Entered, Problem> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let law = Law { settings: settings.section::<ConductSettings>(), calendar: &catalogue.calendar };
    let checked = asked.checked(tx, law)?;
    facts::lock(tx, asked.enterprise_id)?;
    let line = line(tx, asked, &checked)?;
    if let Some(known) = same(tx, asked, &checked, line)? {
        return Ok(known);
    }
    make(tx, asked, &checked, line, law)
}

/// The line that the entry is about.
fn line(tx: &mut Tx, asked: &NewConduct, checked: &Checked) -> Result<Option<LineId>, Problem> {
    let Some(line) = &checked.line else { return Ok(None) };
    let row = LineRow {
        id: LineId::new(),
        enterprise_id: asked.enterprise_id,
        product_kind: line.product_kind.clone(),
        product_name: line.product_name.clone(),
        standard: line.standard.clone(),
        trademark: line.trademark.clone(),
        model: line.model.clone(),
        created_at: tx.now,
    };
    facts::line(tx, &row).map(Some)
}

/// The entry that was made of the same document of the same authority about the same behaviour before.
fn same(
    tx: &mut Tx,
    asked: &NewConduct,
    checked: &Checked,
    line: Option<LineId>,
) -> Result<Option<Entered>, Problem> {
    use conduct as c;
    let Some(number) = &checked.matter.document_no else { return Ok(None) };
    let found: Option<(ConductId, FactId)> = c::table
        .filter(c::enterprise_id.eq(asked.enterprise_id))
        .filter(c::document_key.assume_not_null().eq(document_key(number)))
        .filter(c::document_key.is_not_null())
        .filter(c::authority.eq(&checked.authority))
        .filter(c::behaviour.eq(&checked.matter.behaviour))
        .filter(c::line_id.is_not_distinct_from(line))
        .filter(c::state.ne(ConductState::Annulled))
        .select((c::id, c::fact_id))
        .first(&mut *tx.conn)
        .optional()?;
    Ok(found.map(|(id, fact_id)| Entered { id, fact_id, new: false }))
}

fn make(
    tx: &mut Tx,
    asked: &NewConduct,
    checked: &Checked,
    line: Option<LineId>,
    law: Law<'_>,
) -> Result<Entered, Problem> {
    let matter = &checked.matter;
    let key = matter.document_no.as_deref().map(document_key);
    let origin = Origin {
        enterprise: asked.enterprise_id,
        inspection: asked.inspection_id,
        case: asked.case_id,
        document: key.as_deref(),
    };
    let fact_id = facts::join(tx, asked.fact_id, origin, matter.happened_on)?;
    let today = tx.today();
    let first = Fact { step: ConductStep::Enter, on: today, details: first_details(checked, today, law)? };
    let course = Course::begin(&first).ok_or_else(|| Problem::internal("an entry without its beginning"))?;
    let mut row = ConductRow {
        id: ConductId::new(),
        fact_id,
        enterprise_id: asked.enterprise_id,
        role: matter.role,
        line_id: line,
        behaviour: matter.behaviour.clone(),
        intent: matter.intent,
        happened_on: matter.happened_on,
        decided_on: matter.decided_on,
        document_no: matter.document_no.clone(),
        document_key: key,
        authority: checked.authority.clone(),
        authority_region: checked.authority_region.clone(),
        source: asked.source,
        inspection_id: asked.inspection_id,
        case_id: asked.case_id,
        import_id: asked.import_id,
        description: checked.description.clone(),
        entered_by: asked.entered_by.or_else(|| tx.actor.account()),
        rules_version: course.rules_version.clone(),
        state: course.state,
        notified_on: None,
        counts_from: course.counts_from,
        counts_until: course.counts_until,
        pending_since: None,
        due_on: None,
        repaired_on: None,
        annulled_on: None,
        created_at: tx.now,
        updated_at: tx.now,
    };
    row.fill(&course);
    diesel::insert_into(conduct::table).values(&row).execute(&mut *tx.conn)?;
    let event = event_row(tx, row.id, 1, None, (&first, &course))?;
    diesel::insert_into(conduct_event::table).values(&event).execute(&mut *tx.conn)?;
    let data = json!({
        "enterprise": row.enterprise_id, "behaviour": row.behaviour, "role": row.role, "source": row.source,
        "decided_on": row.decided_on, "document": row.document_no,
    });
    store::audit(tx, &row, EnterConduct::NAME, data)?;
    let entered = Entered { id: row.id, fact_id, new: true };
    let authors = row.entered_by.into_iter().collect();
    let loaded = Loaded { row, region: checked.region.clone(), last: 1, course, authors };
    notify_at_once(tx, loaded, law)?;
    tx.wake(crate::conduct::wake::CHANGED);
    Ok(entered)
}

/// What the history keeps of the step by which an entry is made.
fn first_details(checked: &Checked, today: NaiveDate, law: Law<'_>) -> Result<Details, Problem> {
    let matter = &checked.matter;
    let (rules, behaviour) = law
        .of(matter)
        .ok_or_else(|| Problem::internal("a behaviour that was checked is not in the rules"))?;
    let legal_basis = checked.legal_basis.clone();
    let mut details = Details { matter: Some(matter.clone()), legal_basis, ..Details::default() };
    entered(&mut details, today, rules, behaviour, matter.decided_on);
    Ok(details)
}

/// Notifies the enterprise on the day of the entry, where somebody of it has an account.
fn notify_at_once(tx: &mut Tx, mut loaded: Loaded, law: Law<'_>) -> Result<(), Problem> {
    if !notices::can_be_notified(tx, loaded.row.enterprise_id)? {
        return Ok(());
    }
    let on = tx.today();
    let mut details = Details::default();
    judged(&mut details, ConductStep::Notify, on, &loaded.course, law);
    let fact = Fact { step: ConductStep::Notify, on, details };
    store::take(tx, &mut loaded, &fact)?;
    notices::notify(tx, &loaded, (&fact, false), law)
}
