//! Making a statement.

use crate::catalogue::Catalogue;
use crate::conduct::entries::{known_for, of_enterprise};
use crate::conduct::ids::{ConductId, LineId};
use crate::conduct::repair::possible_from;
use crate::conduct::rules::CreditRules;
use crate::conduct::score::{
    Entry, EntryScore, EntryStatus, RoleStanding, RuleBook, Standing, SubjectScore, forecast, standing,
};
use crate::conduct::settings::ConductSettings;
use crate::conduct::words::{ConductState, Grade};
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::{Problem, Text, as_of};
use crate::credit::grading::row::{Cause, HORIZON_DAYS, deciding_score};
use crate::credit::measures::task_queries;
use crate::credit::policy;
use crate::credit::statement::texts;
use crate::credit::statement::view::{
    CauseView, ChangeView, Ends, FactStatement, Projected, ProjectedRole, RoleStatement, Statement,
    StatementEntry, SubjectStatement,
};
use crate::credit::words::ChangeReason;
use crate::db::published::enterprise;
use crate::db::schema::credit_change;
use crate::inspections::words::InspectedRole;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;
use std::collections::HashMap;

/// The most changes of a history, and coming days of a projection.
const MOST: i64 = 100;

/// What rows say beside the fold: the number of the decision, and the authority.
pub type Paper = (Option<String>, Option<String>);

/// What a line is: its product with trademark and model, and the product kind.
type Line = (String, Option<String>);

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct PaperRow {
    #[diesel(sql_type = SqlUuid)]
    id: ConductId,
    #[diesel(sql_type = Nullable<SqlText>)]
    document_no: Option<String>,
    #[diesel(sql_type = Nullable<SqlText>)]
    authority: Option<String>,
}

/// How far the due process of an entry had come.
#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Process {
    #[diesel(sql_type = SqlUuid)]
    id: ConductId,
    #[diesel(sql_type = SqlText)]
    state: ConductState,
    #[diesel(sql_type = Bool)]
    objection_decided: bool,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct LineRow {
    #[diesel(sql_type = SqlUuid)]
    id: LineId,
    #[diesel(sql_type = SqlText)]
    name: String,
    #[diesel(sql_type = Nullable<SqlText>)]
    product_kind: Option<String>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct WaitingRow {
    #[diesel(sql_type = Bool)]
    objection: bool,
    #[diesel(sql_type = Bool)]
    repair: bool,
}

const PAPERS: &str = "
    SELECT a.id, a.document_no, c.authority
    FROM conduct_as_of($1) a JOIN published.conduct c ON c.id = a.id
    WHERE a.enterprise_id = $2";

/// The state of each entry at a moment, and whether an objection to what it said then had been decided.
const PROCESSES: &str = "
    SELECT a.id, a.state, coalesce((
        SELECT e.step = 'uphold' FROM published.conduct_event e
        WHERE e.conduct_id = a.id AND e.recorded_at <= $1 AND e.step IN ('uphold', 'correct')
        ORDER BY e.ordinal DESC LIMIT 1), false) AS objection_decided
    FROM conduct_as_of($1) a
    WHERE a.enterprise_id = $2";

/// Where an enterprise was at a moment, and whether it operated.
const PLACE: &str = "
    SELECT o.region, o.operating_status = 'operating' AS operating
    FROM published.enterprise_past o
    WHERE o.enterprise_id = $2 AND o.until > $1 ORDER BY o.until LIMIT 1";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct PlaceRow {
    #[diesel(sql_type = SqlText)]
    region: String,
    #[diesel(sql_type = Bool)]
    operating: bool,
}

const LINES: &str = "
    SELECT id, concat_ws(' ', product_name, trademark, model) AS name, product_kind FROM published.conduct_line WHERE enterprise_id = $1";

const WAITING: &str = "
    SELECT coalesce(bool_or(state = 'contested'), false) AS objection, coalesce(bool_or(state = 'repair_pending'), false) AS repair
    FROM conduct_as_of($1) WHERE enterprise_id = $2";

/// What the making of a statement looks up.
struct Beside<'a> {
    book: &'a RuleBook<'a>,
    rules: &'a CreditRules,
    day: NaiveDate,
    entries: HashMap<ConductId, &'a Entry>,
    papers: HashMap<ConductId, Paper>,
    processes: HashMap<ConductId, Process>,
    lines: HashMap<LineId, Line>,
}

/// The statement of an enterprise as of the end of a day; of today where none is named.
///
/// # Errors
/// 404 where the actor may not know of it; 422 for a day ahead.
pub fn of(
    conn: &mut PgConnection,
    actor: &Actor,
    (catalogue, settings): (&Catalogue, &ConductSettings),
    id: EnterpriseId,
    asked: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Statement, Problem> {
    let day = as_of::day(asked, now)?;
    let (name, uscc, region, status): (String, String, String, String) = enterprise::table
        .filter(enterprise::id.eq(id))
        .select((enterprise::name, enterprise::uscc, enterprise::region, enterprise::operating_status))
        .first(conn)?;
    if !policy::sees(actor, id, &region, catalogue) {
        return Err(Problem::not_found());
    }
    let known = known_for(day, now);
    let entries = of_enterprise(conn, id, known)?;
    let book = RuleBook::new(&settings.rules);
    let rules = book.rules_on(day).ok_or_else(|| Problem::internal("there are no rules of credit"))?;
    let present = standing(&entries, &book, day);
    let horizon = day.checked_add_days(Days::new(HORIZON_DAYS)).unwrap_or(day);
    let ahead = forecast(&entries, &book, day, horizon);
    let next = ahead.iter().find(|next| next.grade != present.grade);
    let beside = Beside {
        book: &book,
        rules,
        day,
        entries: entries.iter().map(|entry| (entry.id, entry)).collect(),
        papers: papers(conn, id, known)?,
        processes: processes(conn, id, known)?,
        lines: lines(conn, id)?,
    };
    let waiting: WaitingRow =
        diesel::sql_query(WAITING).bind::<Timestamptz, _>(known).bind::<SqlUuid, _>(id).get_result(conn)?;
    let before: Option<PlaceRow> = diesel::sql_query(PLACE)
        .bind::<Timestamptz, _>(known)
        .bind::<SqlUuid, _>(id)
        .get_result(conn)
        .optional()?;
    let (region, operating) =
        before.map_or((region, status == "operating"), |place| (place.region, place.operating));
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let history = history(conn, id, day, (&book, &settings.rules))?;
    // What was on trial on a past day stays so when the rules are confirmed.
    let kept = history.first().filter(|_| day < shanghai_date(now)).map(|change| change.trial);
    let trial = kept.unwrap_or(rules.provisional);
    Ok(Statement {
        enterprise_id: id,
        enterprise_name: name,
        uscc,
        region,
        operating,
        as_of: day,
        rules_version: rules.version.clone(),
        rules_source: rules.source.clone(),
        trial,
        grade: present.grade,
        sentence: texts::sentence(day, present.grade, trial, next),
        roles: present.roles.iter().map(|role| role_statement(role, &beside)).collect(),
        projection: ahead.iter().take(most).map(|ahead| projected(ahead, &book)).collect(),
        under_objection: waiting.objection,
        repair_pending: waiting.repair,
        measures: task_queries::of_enterprise(conn, actor, id, (day, shanghai_date(now)))?,
        history,
    })
}

/// The number of the decision and the authority of each entry of an enterprise, as they were known at a moment.
///
/// # Errors
/// When the database can't be asked.
pub fn papers(
    conn: &mut PgConnection,
    id: EnterpriseId,
    known: DateTime<Utc>,
) -> Result<HashMap<ConductId, Paper>, Problem> {
    let rows: Vec<PaperRow> =
        diesel::sql_query(PAPERS).bind::<Timestamptz, _>(known).bind::<SqlUuid, _>(id).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, (row.document_no, row.authority))).collect())
}

fn processes(
    conn: &mut PgConnection,
    id: EnterpriseId,
    known: DateTime<Utc>,
) -> Result<HashMap<ConductId, Process>, Problem> {
    let rows: Vec<Process> =
        diesel::sql_query(PROCESSES).bind::<Timestamptz, _>(known).bind::<SqlUuid, _>(id).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

fn lines(conn: &mut PgConnection, id: EnterpriseId) -> Result<HashMap<LineId, Line>, Problem> {
    let rows: Vec<LineRow> = diesel::sql_query(LINES).bind::<SqlUuid, _>(id).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, (row.name, row.product_kind))).collect())
}

fn role_statement(role: &RoleStanding, beside: &Beside<'_>) -> RoleStatement {
    RoleStatement {
        role: role.role,
        grade: role.grade,
        score: deciding_score(role, beside.rules.line_weight),
        floor: role.floor,
        thresholds: beside.book.thresholds(role.role, beside.day),
        own: subject(&role.own, beside),
        lines: role.lines.iter().map(|line| subject(line, beside)).collect(),
    }
}

fn subject(of: &SubjectScore, beside: &Beside<'_>) -> SubjectStatement {
    let line = of.line.and_then(|line| beside.lines.get(&line));
    let fact = |fact: &crate::conduct::score::FactScore| FactStatement {
        fact: fact.fact,
        counted: fact.counted,
        points: fact.points,
        until: fact.until,
        entries: fact.entries.iter().filter_map(|score| entry(score, beside)).collect(),
    };
    SubjectStatement {
        line: of.line,
        line_name: line.map(|(name, _)| name.clone()),
        product_kind: line.and_then(|(_, kind)| kind.clone()),
        score: of.score,
        grade: of.grade,
        floor: of.floor,
        facts: of.facts.iter().map(fact).collect(),
    }
}

fn entry(score: &EntryScore, beside: &Beside<'_>) -> Option<StatementEntry> {
    let entry = beside.entries.get(&score.id)?;
    let behaviour = beside.book.weighing(entry).map(|(_, behaviour)| behaviour);
    let (document_no, authority) = beside.papers.get(&score.id).cloned().unwrap_or_default();
    let unnamed = || Text::new(entry.behaviour.clone(), entry.behaviour.clone());
    Some(StatementEntry {
        id: score.id,
        behaviour: entry.behaviour.clone(),
        text: behaviour.map_or_else(unnamed, |behaviour| behaviour.text.clone()),
        article: behaviour.map_or_else(|| Text::new("", ""), |behaviour| behaviour.article.clone()),
        points: score.points,
        base: score.base,
        intent: entry.intent,
        intent_factor: score.intent_factor,
        nth: score.nth,
        repeat_factor: score.repeat_factor,
        status: score.status,
        status_text: score.status.text(),
        happened_on: entry.happened_on,
        decided_on: entry.decided_on,
        document_no,
        authority,
        counts_from: entry.counts_from,
        until: score.until,
        ends: ends(score, entry, beside),
    })
}

/// What ends an entry that counts or will count. What is over has no end any more, and what brings neither points nor a floor needs none.
fn ends(score: &EntryScore, entry: &Entry, beside: &Beside<'_>) -> Vec<Ends> {
    use EntryStatus::{Counts, LowerInFact, NotYet, Suspended};
    let Some((rules, behaviour)) = beside.book.weighing(entry) else { return Vec::new() };
    let burdens = behaviour.points > 0 || behaviour.floor.is_some();
    if !burdens || !matches!(score.status, Counts | LowerInFact | NotYet | Suspended) {
        return Vec::new();
    }
    let Some(process) = beside.processes.get(&score.id) else { return Vec::new() };
    let mut ends: Vec<Ends> = score.until.map(texts::expiry).into_iter().collect();
    if behaviour.repairable {
        let from = possible_from(behaviour, entry.decided_on);
        ends.push(texts::repair(from, beside.day, process.state, rules.repair.article.clone()));
    }
    let article = rules.objection.article.clone();
    ends.push(texts::objection(process.state, process.objection_decided, article));
    ends
}

fn projected(ahead: &Standing, book: &RuleBook<'_>) -> Projected {
    let weight = book.rules_on(ahead.day).map_or(0, |rules| rules.line_weight);
    let role = |role: &RoleStanding| ProjectedRole {
        role: role.role,
        grade: role.grade,
        score: deciding_score(role, weight),
    };
    Projected {
        day: ahead.day,
        grade: ahead.grade,
        roles: ahead.roles.iter().map(role).collect(),
        text: texts::projected(ahead),
    }
}

/// A row of the history: role, day, scores, grades, trial, version of the rules, reason, causes.
type ChangeRow = (
    InspectedRole,
    NaiveDate,
    Option<i64>,
    i64,
    Option<Grade>,
    Option<Grade>,
    bool,
    String,
    ChangeReason,
    Value,
);

fn history(
    conn: &mut PgConnection,
    id: EnterpriseId,
    day: NaiveDate,
    (book, versions): (&RuleBook<'_>, &[CreditRules]),
) -> Result<Vec<ChangeView>, Problem> {
    use credit_change as c;
    let rows: Vec<ChangeRow> = c::table
        .filter(c::enterprise_id.eq(id))
        .filter(c::day.le(day))
        .order((c::day.desc(), c::role))
        .limit(MOST)
        .select((
            c::role,
            c::day,
            c::score_before,
            c::score,
            c::grade_before,
            c::grade,
            c::trial,
            c::rules_version,
            c::reason,
            c::causes,
        ))
        .load(conn)?;
    let view =
        |(role, day, score_before, score, grade_before, grade, trial, version, reason, causes): ChangeRow| {
            let causes: Vec<Cause> = serde_json::from_value(causes).unwrap_or_default();
            let rules = versions.iter().find(|rules| rules.version == version).or_else(|| book.rules_on(day));
            let mut change = ChangeView {
                role,
                day,
                score_before,
                score,
                grade_before,
                grade,
                trial,
                reason,
                text: Text::new("", ""),
                causes: causes.into_iter().map(|cause| cause_view(cause, rules)).collect(),
            };
            change.text = texts::changed(&change);
            change
        };
    Ok(rows.into_iter().map(view).collect())
}

fn cause_view(cause: Cause, rules: Option<&CreditRules>) -> CauseView {
    let became = cause.became.text();
    let behaviour = rules.and_then(|rules| rules.behaviour(&cause.behaviour));
    let name = behaviour.map_or_else(
        || Text::new(cause.behaviour.clone(), cause.behaviour.clone()),
        |known| known.text.clone(),
    );
    CauseView {
        conduct: cause.conduct,
        behaviour: cause.behaviour,
        became: cause.became,
        text: Text::new(format!("“{}”{}", name.zh, became.zh), format!("“{}” {}", name.en, became.en)),
    }
}
