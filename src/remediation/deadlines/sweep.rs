//! The sweep of one day.

use crate::core::clock::day_in;
use crate::core::ids::EnterpriseId;
use crate::core::{Language, Problem, Text};
use crate::db::schema::{deadline_notice, deadline_sweep};
use crate::db::{Command, Tx};
use crate::enterprises::ids::NonconformityId;
use crate::notifications::outbox;
use crate::remediation::deadlines::case_names::{NAMED, Named, named, product};
use crate::remediation::deadlines::clock::Clock;
use crate::remediation::deadlines::plan::{Notice, notice};
use crate::remediation::deadlines::recipients::{People, Person};
use crate::remediation::ids::CaseId;
use crate::remediation::mails::Mail;
use crate::remediation::settings::DeadlineSettings;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Date, Nullable, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Rows written by one statement: PostgreSQL takes 65,535 values.
const ROWS: usize = 10_000;

/// Notifies everyone of the deadlines and agreed actions that come near or were missed, as far as they were not
/// notified before. Done by the platform once a day, by the first of several servers.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SweepDeadlines {}

/// The result of a sweep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// Notices given.
    pub notices: usize,
    /// Mails written for them.
    pub mails: usize,
}

/// What falls due: a deadline of the law, or an action that the enterprise has agreed to.
#[derive(Debug, Clone, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub(super) struct Deadline {
    #[diesel(sql_type = SqlUuid)]
    case_id: CaseId,
    #[diesel(sql_type = SqlUuid)]
    nonconformity_id: NonconformityId,
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = SqlText)]
    region: String,
    /// Under what its notices are remembered.
    #[diesel(sql_type = SqlText)]
    pub(super) key: String,
    /// None for an action.
    #[diesel(sql_type = Nullable<SqlText>)]
    clock: Option<Clock>,
    /// What is to be done, for an action.
    #[diesel(sql_type = Nullable<SqlText>)]
    description: Option<String>,
    #[diesel(sql_type = Date)]
    pub(super) due_on: NaiveDate,
}

impl Deadline {
    fn is_of_law(&self) -> bool {
        self.clock.is_some()
    }

    /// The words for people.
    fn text(&self) -> Text {
        if let Some(clock) = self.clock {
            return clock.text();
        }
        let what = abbreviated(self.description.as_deref().unwrap_or_default());
        Text::new(format!("整改措施“{what}”"), format!("the action \"{what}\""))
    }
}

/// The beginning of a text, on one line.
fn abbreviated(text: &str) -> String {
    const SHOWN: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

/// All that falls due.
pub(super) const DEADLINES: &str = "
    SELECT d.* FROM (
        SELECT case_id, nonconformity_id, enterprise_id, region, clock AS key, clock, NULL::text AS description, due_on
        FROM published.case_deadline
        UNION ALL
        SELECT case_id, nonconformity_id, enterprise_id, region, clock, NULL, description, due_on
        FROM published.action_deadline
    ) AS d";

/// What of it falls due up to the horizon. A deadline of whose being missed someone was notified is left out from then on, so the sweep
/// does not grow with the years.
const UP_TO_HORIZON: &str = "
    WHERE d.due_on <= $1 AND NOT EXISTS (
        SELECT 1 FROM deadline_notice n
        WHERE n.case_id = d.case_id AND n.clock = d.key AND n.due_on = d.due_on AND n.kind = 'missed')
    ORDER BY d.due_on, d.case_id, d.key";

/// One notice to someone.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) deadline: Deadline,
    pub(super) notice: Notice,
    pub(super) escalated: bool,
}

type Key = (CaseId, String, NaiveDate, String, String);

fn key(line: &Line, person: &Person) -> Key {
    let Deadline { case_id, key, due_on, .. } = &line.deadline;
    (*case_id, key.clone(), *due_on, line.notice.word(), person.key.clone())
}

impl Command for SweepDeadlines {
    type Output = Swept;
    const NAME: &'static str = "sweep_deadlines";

    fn run(&self, tx: &mut Tx) -> Result<Swept, Problem> {
        // A second server waits here, and then sees the day's row.
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('deadline_sweep'))")
            .execute(&mut *tx.conn)?;
        let today = tx.today();
        let first = diesel::insert_into(deadline_sweep::table)
            .values((
                deadline_sweep::day.eq(today),
                deadline_sweep::swept_at.eq(tx.now),
                deadline_sweep::notices.eq(0),
                deadline_sweep::mails.eq(0),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if first == 0 {
            return Ok(Swept::default());
        }
        let swept = sweep(tx, today)?;
        let count = |n: usize| i32::try_from(n).map_err(Problem::internal);
        diesel::update(deadline_sweep::table.find(today))
            .set((
                deadline_sweep::notices.eq(count(swept.notices)?),
                deadline_sweep::mails.eq(count(swept.mails)?),
            ))
            .execute(&mut *tx.conn)?;
        Ok(swept)
    }
}

fn sweep(tx: &mut Tx, today: NaiveDate) -> Result<Swept, Problem> {
    let thresholds = tx.settings.section::<DeadlineSettings>().remind_days();
    let farthest = u64::from(thresholds.iter().copied().max().unwrap_or(0));
    let horizon = today.checked_add_days(chrono::Days::new(farthest)).unwrap_or(NaiveDate::MAX);
    let open: Vec<Deadline> = diesel::sql_query(format!("{DEADLINES} {UP_TO_HORIZON}"))
        .bind::<Date, _>(horizon)
        .load(&mut *tx.conn)?;
    let sent = sent_notices(&mut tx.conn, &open)?;
    let people = People::load(
        &mut tx.conn,
        &open.iter().map(|d| d.enterprise_id).collect(),
        &open.iter().map(|d| d.nonconformity_id).collect(),
    )?;
    let catalogue = std::sync::Arc::clone(&tx.catalogue);
    // By person and case: what is in one mail.
    let mut to_tell: BTreeMap<&str, (&Person, BTreeMap<CaseId, Vec<Line>>)> = BTreeMap::new();
    let (mut rows, mut new) = (Vec::new(), HashSet::new());
    for deadline in open {
        let Some(notice) = notice(deadline.due_on, today, &thresholds) else { continue };
        let region = deadline.region.clone();
        let near = people.of(deadline.enterprise_id, deadline.nonconformity_id, &region, &catalogue);
        let (of_law, missed) = (deadline.is_of_law(), notice == Notice::Missed);
        // What was agreed is between enterprise and expert until it is missed, and the next level has no part in it.
        let near = near.into_iter().filter(|p| of_law || missed || !p.officer);
        let above = people.above(&region, &catalogue).filter(|_| of_law && missed);
        let all = near.map(|p| (p, false)).chain(above.map(|p| (p, true)));
        // Whoever does without reminders still hears of what was missed.
        for (person, escalated) in all.filter(|(p, _)| of_law || missed || p.reminders) {
            let line = Line { deadline: deadline.clone(), notice, escalated };
            let key = key(&line, person);
            if sent.contains(&key) || !new.insert(key.clone()) {
                continue;
            }
            rows.push(key);
            let (_, cases) = to_tell.entry(&person.key).or_insert_with(|| (person, BTreeMap::new()));
            cases.entry(line.deadline.case_id).or_default().push(line);
        }
    }
    let notices = rows.len();
    remember(tx, rows)?;
    let lines = to_tell.values().flat_map(|(_, cases)| cases.values().flatten());
    let named = named(&mut tx.conn, &lines.map(|line| line.deadline.nonconformity_id).collect())?;
    let mut mails = 0;
    let most = usize::try_from(tx.settings.section::<DeadlineSettings>().digest_over).unwrap_or(usize::MAX);
    for (person, cases) in to_tell.into_values() {
        if person.officer && cases.len() > most {
            outbox::enqueue(tx, &person.to, &digest(tx, &cases, &named, person.to.language, today))?;
            mails += 1;
            continue;
        }
        for lines in cases.values() {
            if let Some(mail) = mail(tx, lines, &named, person.to.language, today) {
                outbox::enqueue(tx, &person.to, &mail)?;
                mails += 1;
            }
        }
    }
    Ok(Swept { notices, mails })
}

/// The notices that were given about these cases already.
fn sent_notices(conn: &mut PgConnection, open: &[Deadline]) -> Result<HashSet<Key>, Problem> {
    use deadline_notice as n;
    let cases: HashSet<CaseId> = open.iter().map(|d| d.case_id).collect();
    let rows: Vec<Key> = n::table
        .filter(n::case_id.eq_any(cases))
        .select((n::case_id, n::clock, n::due_on, n::kind, n::recipient))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

fn remember(tx: &mut Tx, rows: Vec<Key>) -> Result<(), Problem> {
    use deadline_notice as n;
    for some in rows.chunks(ROWS) {
        let values: Vec<_> = some
            .iter()
            .map(|(case, clock, due_on, kind, recipient)| {
                (
                    n::case_id.eq(case),
                    n::clock.eq(clock),
                    n::due_on.eq(due_on),
                    n::kind.eq(kind),
                    n::recipient.eq(recipient),
                    n::told_at.eq(tx.now),
                )
            })
            .collect();
        diesel::insert_into(n::table).values(values).on_conflict_do_nothing().execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// The most urgent: what the law sets comes before what was agreed.
fn most_urgent(lines: &[Line]) -> Option<&Line> {
    lines.iter().min_by_key(|line| (!line.deadline.is_of_law(), line.deadline.due_on))
}

pub(super) fn mail(
    tx: &Tx,
    lines: &[Line],
    named: &HashMap<NonconformityId, Named>,
    language: Language,
    today: NaiveDate,
) -> Option<Mail> {
    let urgent = most_urgent(lines)?;
    let case = named.get(&urgent.deadline.nonconformity_id)?;
    let what: Vec<_> =
        lines.iter().map(|line| format!("- {}", standing(line, today).get(language))).collect();
    Some(Mail::DeadlineNotice {
        statutory: urgent.deadline.is_of_law(),
        agreed: !lines.iter().all(|line| line.deadline.is_of_law()),
        missed: urgent.notice == Notice::Missed,
        escalated: urgent.escalated,
        enterprise: case.enterprise.clone(),
        product: product(tx, &case.kind, language),
        report_no: case.report_no.clone(),
        what: what.join("\n").into(),
        link: tx.link(&format!("/cases/{}", urgent.deadline.case_id)),
    })
}

fn digest(
    tx: &Tx,
    cases: &BTreeMap<CaseId, Vec<Line>>,
    named: &HashMap<NonconformityId, Named>,
    language: Language,
    today: NaiveDate,
) -> Mail {
    let mut urgent: Vec<&Line> = cases.values().filter_map(|lines| most_urgent(lines)).collect();
    urgent.sort_by_key(|line| line.deadline.due_on);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let missed = urgent.iter().filter(|line| line.notice == Notice::Missed).count();
    let lines: Vec<String> = urgent
        .iter()
        .take(NAMED)
        .filter_map(|line| {
            let case = named.get(&line.deadline.nonconformity_id)?;
            let standing = standing(line, today);
            Some(match language {
                Language::Zh => format!("- {}（{}）：{}", case.enterprise, case.report_no, standing.zh),
                Language::En => format!("- {} ({}): {}", case.enterprise, case.report_no, standing.en),
            })
        })
        .collect();
    Mail::DeadlineDigest {
        near: count(urgent.len() - missed),
        missed: count(missed),
        unnamed: count(urgent.len().saturating_sub(NAMED)),
        cases: lines.join("\n").into(),
        link: tx.link("/"),
    }
}

/// "责令改正期限2026年3月17日，还有 3 天", in both languages.
fn standing(line: &Line, today: NaiveDate) -> Text {
    let due_on = line.deadline.due_on;
    let (due_zh, due_en) = (day_in(Language::Zh, due_on), day_in(Language::En, due_on));
    let left = due_on.signed_duration_since(today).num_days();
    let Text { zh, en } = line.deadline.text();
    let days = |n: i64| if n == 1 { "1 day".to_owned() } else { format!("{n} days") };
    match left {
        ..0 => Text::new(
            format!("{zh}{due_zh}，已逾期 {} 天", -left),
            format!("{en} was due on {due_en}, {} ago", days(-left)),
        ),
        0 => Text::new(format!("{zh}{due_zh}，今天到期"), format!("{en} is due today, {due_en}")),
        _ => Text::new(
            format!("{zh}{due_zh}，还有 {left} 天"),
            format!("{en} is due on {due_en}, in {}", days(left)),
        ),
    }
}
