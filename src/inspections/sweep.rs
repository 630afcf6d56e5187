//! What passes with time: a producer that did not answer counts as confirming, a result whose terms passed becomes final, and what is overdue is
//! marked. Each inspection in a transaction of its own; what was done once is not done again, since its state no longer asks for it.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::{Caller, Problem};
use crate::db::schema::{inspection, inspection_term};
use crate::db::{Command, Tx};
use crate::inspections::event::NewStep;
use crate::inspections::ids::InspectionId;
use crate::inspections::notices::formal_sample_overdue;
use crate::inspections::parties::{Named, name_party};
use crate::inspections::record::RecordInspectionStep;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::{InspectionState, InspectionStep};
use crate::inspections::store::load;
use crate::inspections::words::{Confirmation, Outcome, Party, Term};
use crate::web::room::Job;
use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often it looks.
const POLL: Duration = Duration::from_secs(600);

/// How many it takes at once.
const BATCH: i64 = 200;

/// Lets the terms of inspections pass.
pub const JOB: Job = Job {
    name: "inspections",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(app, &|| stop.is_set())))
    },
};

/// Does what is due; returns whether more is waiting.
///
/// # Errors
/// When the database can't be asked. What is wrong with one inspection is logged, and the others go on.
pub fn sweep(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let today = shanghai_date(app.clock().now());
    let due = due(&mut *app.conn()?, today)?;
    let (mut done, found) = (0, due.len());
    for id in due {
        if stopped() {
            return Ok(false);
        }
        match app.execute(&Caller::system(), &PassTerms { inspection: id }) {
            Ok(steps) if steps > 0 => done += 1,
            Ok(_) => {}
            Err(problem) => tracing::warn!(inspection = %id, ?problem, "the terms of an inspection"),
        }
    }
    let newly = newly_known(&mut *app.conn()?)?;
    for known in newly {
        if stopped() {
            return Ok(false);
        }
        if let Err(problem) = app.execute(&Caller::system(), &known) {
            tracing::warn!(inspection = %known.inspection, ?problem, "a party of an inspection");
        }
    }
    let suspects = suspects(&mut *app.conn()?, today)?;
    for inspection in suspects {
        if stopped() {
            return Ok(false);
        }
        if let Err(problem) = app.execute(&Caller::system(), &TellOverdueQuickTest { inspection }) {
            tracing::warn!(%inspection, ?problem, "a suspect quick test");
        }
    }
    app.execute(&Caller::system(), &MarkOverdue {})?;
    if done > 0 {
        tracing::info!(done, "terms of inspections passed");
    }
    Ok(done > 0 && i64::try_from(found).is_ok_and(|found| found == BATCH))
}

/// The inspections for which a term passed that changes something, and those that wait for nothing any more.
fn due(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<Vec<InspectionId>> {
    use inspection as i;
    use inspection_term as t;
    let passed = || {
        exists(
            t::table
                .filter(t::term.eq_any([Term::Confirm, Term::Challenge]))
                .filter(t::met_on.is_null())
                .filter(t::due_on.lt(today))
                .filter(t::inspection_id.eq(i::id)),
        )
    };
    let open = vec![InspectionState::Delivered, InspectionState::Upheld, InspectionState::Overturned];
    let settled = i::state.eq_any(vec![InspectionState::Upheld, InspectionState::Overturned]);
    let conforming = i::outcome.is_not_null().and(i::outcome.assume_not_null().eq(Outcome::Conforming));
    let unanswered =
        i::confirmation.is_not_null().and(i::confirmation.assume_not_null().eq(Confirmation::Pending));
    i::table
        .filter(i::state.eq_any(open).and(settled.or(conforming).or(passed())).or(unanswered.and(passed())))
        .filter(i::state.ne(InspectionState::Withdrawn))
        .order(i::id)
        .limit(BATCH)
        .select(i::id)
        .load(conn)
}

/// Failures one of whose parties was not in the register when it was entered, and is there now, by the credit code on the form: never by its name.
const NEWLY_KNOWN: &str = "
    SELECT DISTINCT ON (i.id) i.id AS inspection, p.party, e.id AS enterprise
    FROM inspection i
    JOIN inspection_subject s ON s.inspection_id = i.id
    CROSS JOIN LATERAL (VALUES
        ('operator', i.operator_id, s.operator_uscc), ('producer', i.producer_id, s.producer_uscc)
    ) AS p (party, known, uscc)
    JOIN published.enterprise e ON e.uscc = p.uscc AND e.withdrawn_at IS NULL
    WHERE i.outcome = 'nonconforming' AND i.state <> 'withdrawn' AND p.known IS NULL
      AND (i.operator_id IS NULL OR i.producer_id IS NULL)
    ORDER BY i.id, p.party
    LIMIT $1";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Newly {
    #[diesel(sql_type = SqlUuid)]
    inspection: Uuid,
    #[diesel(sql_type = SqlText)]
    party: String,
    #[diesel(sql_type = SqlUuid)]
    enterprise: Uuid,
}

fn newly_known(conn: &mut PgConnection) -> QueryResult<Vec<NameKnownParty>> {
    let found: Vec<Newly> = diesel::sql_query(NEWLY_KNOWN).bind::<BigInt, _>(BATCH).load(conn)?;
    let named = |row: Newly| NameKnownParty {
        inspection: InspectionId(row.inspection),
        party: if row.party == Party::Operator.as_str() { Party::Operator } else { Party::Producer },
        enterprise: EnterpriseId(row.enterprise),
    };
    Ok(found.into_iter().map(named).collect())
}

/// Names a party of an inspection that came to be in the register after the inspection was entered, and opens what follows for it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct NameKnownParty {
    /// The inspection.
    pub inspection: InspectionId,
    /// Operator or producer.
    pub party: Party,
    /// The enterprise.
    pub enterprise: EnterpriseId,
}

impl Command for NameKnownParty {
    type Output = ();
    const NAME: &'static str = "name_known_party";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let Self { inspection, party, enterprise } = *self;
        name_party(tx, Named { inspection, party, enterprise })
    }
}

/// Takes the steps of the platform that are due for one inspection; gives how many.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct PassTerms {
    /// The inspection.
    pub inspection: InspectionId,
}

impl Command for PassTerms {
    type Output = usize;
    const NAME: &'static str = "pass_inspection_terms";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
        let rules = settings.section::<InspectionSettings>();
        let mut steps = 0;
        for _ in 0..2 {
            let loaded = load(tx, self.inspection)?;
            let law = loaded.law(rules, &catalogue)?;
            let course = &loaded.course;
            let deemed = course
                .asked_on
                .filter(|_| course.confirmation == Some(Confirmation::Pending))
                .filter(|_| course.state.is_some_and(InspectionState::has_open_result))
                .and_then(|asked| crate::inspections::days::term_end(asked, Term::Confirm, law).succ_opt());
            let (step, from) = match (deemed, course.final_from(law)) {
                (Some(from), _) if from <= tx.today() => (InspectionStep::Deem, from),
                (_, Some(from)) if from <= tx.today() => (InspectionStep::Finalise, from),
                _ => break,
            };
            // What others did after the term counts first.
            let on = from.max(course.last_on.unwrap_or(from)).min(tx.today());
            let event = NewStep { occurred_on: Some(on), ..NewStep::new(step) };
            RecordInspectionStep { inspection: self.inspection, event }.run(tx)?;
            steps += 1;
        }
        Ok(steps)
    }
}

/// The suspect quick tests whose term passed since the last look.
fn suspects(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<Vec<InspectionId>> {
    use inspection_term as t;
    t::table
        .filter(t::term.eq(Term::FormalSample))
        .filter(t::met_on.is_null())
        .filter(t::late_at.is_null())
        .filter(t::due_on.lt(today))
        .order(t::inspection_id)
        .limit(BATCH)
        .select(t::inspection_id)
        .load(conn)
}

/// Tells officers of a suspect quick test that has neither a formal sample nor a reason when its term has passed: once.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct TellOverdueQuickTest {
    /// The quick test.
    pub inspection: InspectionId,
}

impl Command for TellOverdueQuickTest {
    type Output = ();
    const NAME: &'static str = "tell_overdue_quick_test";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use inspection_term as t;
        let loaded = load(tx, self.inspection)?;
        let marked: Option<NaiveDate> = diesel::update(t::table)
            .filter(t::inspection_id.eq(self.inspection))
            .filter(t::term.eq(Term::FormalSample))
            .filter(t::met_on.is_null())
            .filter(t::late_at.is_null())
            .filter(t::due_on.lt(tx.today()))
            .set(t::late_at.eq(tx.now))
            .returning(t::due_on)
            .get_result(&mut *tx.conn)
            .optional()?;
        match marked {
            Some(due_on) => formal_sample_overdue(tx, &loaded, due_on),
            None => Ok(()),
        }
    }
}

/// Marks the terms that are overdue, each once; gives how many.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct MarkOverdue {}

impl Command for MarkOverdue {
    type Output = usize;
    const NAME: &'static str = "mark_overdue_inspections";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        use inspection_term as t;
        let (today, now) = (tx.today(), tx.now);
        Ok(diesel::update(t::table)
            .filter(t::met_on.is_null())
            .filter(t::late_at.is_null())
            .filter(t::due_on.lt(today))
            // Marked as the officers are notified of it.
            .filter(t::term.ne(Term::FormalSample))
            .set(t::late_at.eq(now))
            .execute(&mut *tx.conn)?)
    }
}
