//! The job: what was noted is judged, and the difference to what was entered is entered or annulled. Each inspection or case in a transaction of its
//! own, so a round can be broken off anywhere and goes on where it was.

use crate::app::App;
use crate::conduct::enter::enter;
use crate::conduct::event::NewConductStep;
use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::new_conduct::NewConduct;
use crate::conduct::record::RecordConductStep;
use crate::conduct::state::ConductStep;
use crate::conduct::words::{AnnulGround, ConductSource, ConductState, Intent};
use crate::conduct_sources::ids::SourceEntryId;
use crate::conduct_sources::judge::{Occasion, Source, Wanted};
use crate::conduct_sources::read::{Read, of_a_case, of_an_inspection};
use crate::conduct_sources::settings::ConductSourceSettings;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::{Actor, Caller, Problem};
use crate::db::published::{conduct, conduct_line};
use crate::db::schema::{conduct_source_entry as entries, conduct_source_note as notes};
use crate::db::{Command, Tx};
use crate::inspections::ids::InspectionId;
use crate::inspections::words::InspectedRole;
use crate::remediation::ids::CaseId;
use crate::web::room::Job;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often it looks.
const POLL: Duration = Duration::from_secs(30);
/// How many notes it takes at once.
const BATCH: i64 = 1_000;

/// Judges what was noted.
pub const JOB: Job = Job {
    name: "conduct_sources",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(app, &|| stop.is_set())))
    },
};

/// Judges what was noted; says whether more is waiting.
///
/// # Errors
/// When the database can't be asked. What is wrong with one inspection or case is logged, and the others go on.
pub fn sweep(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    app.execute(&Caller::system(), &NoteLateCorrections {})?;
    let found: Vec<(i64, Source, Uuid)> = notes::table
        .order(notes::id)
        .limit(BATCH)
        .select((notes::id, notes::origin, notes::origin_id))
        .load(&mut *app.conn()?)?;
    let full = i64::try_from(found.len()).is_ok_and(|found| found == BATCH);
    let upto = found.iter().map(|(id, ..)| *id).max().unwrap_or(0);
    let mut judged = std::collections::BTreeSet::new();
    for (_, source, of) in found {
        if !judged.insert(of) {
            continue;
        }
        if stopped() {
            return Ok(false);
        }
        match app.execute(&Caller::system(), &FollowSource { source, of, upto }) {
            Ok(()) => {}
            Err(problem) if problem.status == 503 => return Err(problem),
            Err(problem) => {
                tracing::warn!(%source, %of, ?problem, "conduct that follows from it");
                app.execute(&Caller::system(), &ForgetNotes { of, upto })?;
            }
        }
    }
    Ok(full)
}

/// Notes the cases whose correction is late by the day alone.
#[derive(Debug, Serialize)]
pub struct NoteLateCorrections {}

impl Command for NoteLateCorrections {
    type Output = usize;
    const NAME: &'static str = "note_late_corrections";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        Ok(diesel::sql_query(
            "INSERT INTO conduct_source_note (origin, origin_id)
             SELECT 'case', d.case_id
             FROM published.case_deadline d
             WHERE d.clock = 'rectification' AND d.due_on < $1
               AND NOT EXISTS (SELECT FROM conduct_source_entry e
                               WHERE e.origin_id = d.case_id AND e.occasion = 'late' AND e.taken_back_at IS NULL)
               AND NOT EXISTS (SELECT FROM conduct_source_note n WHERE n.origin_id = d.case_id)
             ORDER BY d.due_on, d.case_id LIMIT $2",
        )
        .bind::<Date, _>(shanghai_date(tx.now))
        .bind::<BigInt, _>(BATCH)
        .execute(&mut *tx.conn)?)
    }
}

/// Leaves out what can't be judged.
#[derive(Debug, Serialize)]
pub struct ForgetNotes {
    of: Uuid,
    upto: i64,
}

impl Command for ForgetNotes {
    type Output = usize;
    const NAME: &'static str = "forget_notes";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        forget(tx, self.of, self.upto)
    }
}

/// Deletes the notes about something that were there when it was read. What is written meanwhile has a note of its own, which stays.
fn forget(tx: &mut Tx, of: Uuid, upto: i64) -> Result<usize, Problem> {
    Ok(diesel::delete(notes::table.filter(notes::origin_id.eq(of)).filter(notes::id.le(upto)))
        .execute(&mut *tx.conn)?)
}

/// Makes the conduct that stands of an inspection or a case what follows from it now.
#[derive(Debug, Serialize)]
pub struct FollowSource {
    /// The inspection or case whose conduct is judged again.
    pub source: Source,
    /// Its id.
    pub of: Uuid,
    /// The number of the last note that this answers.
    pub upto: i64,
}

/// An entry that came of it and was not taken back.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = entries)]
struct Standing {
    id: SourceEntryId,
    occasion: Occasion,
    enterprise_id: EnterpriseId,
    role: InspectedRole,
    behaviour: String,
    happened_on: NaiveDate,
    conduct_id: ConductId,
}

impl Standing {
    fn is(&self, wanted: &Wanted) -> bool {
        self.occasion == wanted.occasion
            && self.enterprise_id == wanted.enterprise
            && self.role == wanted.role
            && self.behaviour == wanted.behaviour
            && self.happened_on == wanted.happened_on
    }
}

impl Command for FollowSource {
    type Output = ();
    const NAME: &'static str = "follow_conduct_source";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        forget(tx, self.of, self.upto)?;
        let read = match self.source {
            Source::Inspection => of_an_inspection(tx, InspectionId(self.of))?,
            Source::Case => of_a_case(tx, CaseId(self.of))?,
        };
        let standing: Vec<Standing> = entries::table
            .filter(entries::origin_id.eq(self.of))
            .filter(entries::taken_back_at.is_null())
            .order(entries::id)
            .select(Standing::as_select())
            .load(&mut *tx.conn)?;
        let mut kept = Vec::new();
        for row in standing {
            let same = read.wanted.iter().any(|wanted| row.is(wanted))
                && !(row.occasion == Occasion::Producer && of_another_kind(tx, row.conduct_id, &read)?);
            // What an officer annulled, such as upon an objection, is not made anew by a change of detail.
            let annulled = state_of(tx, row.conduct_id)? == Some(ConductState::Annulled);
            let about = read
                .wanted
                .iter()
                .any(|wanted| wanted.occasion == row.occasion && wanted.enterprise == row.enterprise_id);
            if same || (annulled && about) {
                kept.push(row.occasion);
            } else {
                take_back(tx, &row, annulled)?;
            }
        }
        for wanted in read.wanted.iter().filter(|wanted| !kept.contains(&wanted.occasion)) {
            self.enter(tx, &read, wanted)?;
        }
        Ok(())
    }
}

impl FollowSource {
    /// Enters what follows. What the rules of conduct do not take (such as a behaviour that is not theirs) is logged and left.
    fn enter(&self, tx: &mut Tx, read: &Read, wanted: &Wanted) -> Result<(), Problem> {
        let new = NewConduct {
            enterprise_id: wanted.enterprise,
            role: wanted.role,
            // The failure of a product is its producer's; a seller answers for what it sells as an operator.
            line: read.line.clone().filter(|_| wanted.occasion == Occasion::Producer),
            behaviour: wanted.behaviour.clone(),
            intent: Intent::NotStated,
            happened_on: wanted.happened_on,
            decided_on: wanted.decided_on,
            document_no: None,
            authority: None,
            authority_region: Some(read.region.clone()),
            source: match self.source {
                Source::Inspection => ConductSource::Inspection,
                Source::Case => ConductSource::Case,
            },
            matter: None,
            legal_basis: None,
            inspection_id: self.inspection_of(tx, read, wanted.enterprise)?,
            case_id: read.case,
            import_id: None,
            entered_by: None,
            fact_id: self.fact_of(tx, read, wanted.enterprise)?,
            description: read.number.as_ref().map(|number| format!("抽样单 {number}")),
        };
        let entered = match enter(tx, &new) {
            Ok(entered) => entered,
            Err(problem) if problem.status < 500 => {
                tracing::warn!(source = %self.source, of = %self.of, ?problem, "conduct that the rules do not take");
                return Ok(());
            }
            Err(problem) => return Err(problem),
        };
        diesel::insert_into(entries::table)
            .values((
                entries::id.eq(SourceEntryId::new()),
                entries::origin.eq(self.source),
                entries::origin_id.eq(self.of),
                entries::occasion.eq(wanted.occasion),
                entries::enterprise_id.eq(wanted.enterprise),
                entries::role.eq(wanted.role),
                entries::behaviour.eq(&wanted.behaviour),
                entries::happened_on.eq(wanted.happened_on),
                entries::conduct_id.eq(entered.id),
                entries::entered_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        Ok(())
    }

    /// The inspection that an entry names: of a case only where the enterprise is a party of it still.
    fn inspection_of(
        &self,
        tx: &mut Tx,
        read: &Read,
        enterprise: EnterpriseId,
    ) -> Result<Option<InspectionId>, Problem> {
        use crate::db::published::inspection;
        let Some(id) = read.inspection else { return Ok(None) };
        let parties: Option<(Option<EnterpriseId>, Option<EnterpriseId>)> = inspection::table
            .find(id)
            .select((inspection::operator_id, inspection::producer_id))
            .first(&mut *tx.conn)
            .optional()?;
        let party =
            parties.is_some_and(|(operator, producer)| [operator, producer].contains(&Some(enterprise)));
        Ok(Some(id).filter(|_| party))
    }

    /// The fact of the inspection that this one follows, where that one is conduct of the same enterprise.
    fn fact_of(&self, tx: &mut Tx, read: &Read, enterprise: EnterpriseId) -> Result<Option<FactId>, Problem> {
        let Some(follows) = read.follows else { return Ok(None) };
        let first: Option<ConductId> = entries::table
            .filter(entries::origin_id.eq(follows.0))
            .filter(entries::enterprise_id.eq(enterprise))
            .order(entries::id)
            .select(entries::conduct_id)
            .first(&mut *tx.conn)
            .optional()?;
        let Some(first) = first else { return Ok(None) };
        Ok(conduct::table.find(first).select(conduct::fact_id).first(&mut *tx.conn).optional()?)
    }
}

fn state_of(tx: &mut Tx, id: ConductId) -> Result<Option<ConductState>, Problem> {
    Ok(conduct::table.find(id).select(conduct::state).first(&mut *tx.conn).optional()?)
}

/// Whether an entry about a producer's product names another product kind than what it came of does now, where it was corrected.
fn of_another_kind(tx: &mut Tx, id: ConductId, read: &Read) -> Result<bool, Problem> {
    let line: Option<LineId> = conduct::table.find(id).select(conduct::line_id).first(&mut *tx.conn)?;
    let now = read.line.as_ref().and_then(|line| line.product_kind.as_deref());
    let (Some(line), Some(now)) = (line, now) else { return Ok(false) };
    let kind: Option<String> =
        conduct_line::table.find(line).select(conduct_line::product_kind).first(&mut *tx.conn)?;
    Ok(kind.is_some_and(|kind| kind != now))
}

/// Annuls an entry that no longer follows.
fn take_back(tx: &mut Tx, row: &Standing, annulled: bool) -> Result<(), Problem> {
    if !annulled {
        let settings = Arc::clone(&tx.settings);
        let rules = settings.section::<ConductSourceSettings>().rules_on(row.happened_on);
        let rules = rules.ok_or_else(|| Problem::internal("no rules of conduct sources in the settings"))?;
        let event = NewConductStep {
            reason: Some("所依据的检查结果或案件步骤已变更、撤销".to_owned()),
            article: Some(rules.taken_back_article.zh.to_string()),
            ground: Some(AnnulGround::Mistake),
            ..NewConductStep::new(ConductStep::Annul)
        };
        RecordConductStep { conduct: row.conduct_id, event }.run(tx)?;
    }
    diesel::update(entries::table.find(row.id))
        .set(entries::taken_back_at.eq(tx.now))
        .execute(&mut *tx.conn)?;
    Ok(())
}
