//! What an enterprise waits for, folded from the history of its consultation and who wrote when. Pure.
//!
//! - The first answer is due from the opening. An expert's first message keeps it, or the conclusion, and nothing that comes later
//!   undoes that.
//! - A next answer is due from the first message of the enterprise that no expert has answered, or from a reopening.
//! - The conclusion is due from the opening, and from each reopening.
//! - While the enterprise is asked for information, nothing runs. Its next message resumes what was paused, where it stood.
//! - A term keeps the length that the rules gave it when it began.
//!
//! The fold goes on from where it stood ([`Progress`] is kept), or begins at the opening to try other rules: both come to the same.

use crate::catalogue::SupervisionClass;
use crate::response_targets::rules::{Kind, Rules, Urgency};
use crate::response_targets::terms::Hours;
use crate::response_targets::work_time::WorkTime;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Something that happened to a consultation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// The enterprise opened it.
    Opened,
    /// The expert asked the enterprise for information.
    InformationAsked,
    /// The expert withdrew that question.
    QuestionWithdrawn,
    /// The expert concluded it.
    Concluded,
    /// It ended without a conclusion.
    Closed,
    /// It was taken up again.
    Reopened,
    /// Somebody of the enterprise wrote.
    EnterpriseWrote,
    /// An expert wrote.
    ExpertWrote,
}

impl Fact {
    /// What a line of the history means here, by its word and the status after it; none where it means nothing.
    pub fn of_event(event: &str, to_status: &str) -> Option<Self> {
        match event {
            "open" => Some(Self::Opened),
            "reopen" => Some(Self::Reopened),
            "ask_information" => Some(Self::InformationAsked),
            "cancel_information_request" => Some(Self::QuestionWithdrawn),
            "conclude" => Some(Self::Concluded),
            _ if to_status == "concluded" => Some(Self::Closed),
            _ => None,
        }
    }
}

crate::word_enum! {
    /// How a target stands.
    pub enum TargetState {
        /// The time runs.
        Running = "running",
        /// The enterprise is asked for information.
        Paused = "paused",
        /// It was kept in time.
        Met = "met",
        /// The time is over, whether or not what was waited for came later.
        Breached = "breached",
        /// The consultation ended before the time was over, without it.
        Ended = "ended",
    }
}

/// What the rules need to know of a consultation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter {
    /// The supervision class of its product.
    pub class: SupervisionClass,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// The next statutory deadline of its case, seen from the opening.
    pub statutory_due: Option<NaiveDate>,
}

/// Something that the enterprise waits for, or waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What is waited for.
    pub kind: Kind,
    /// The how many-th of its kind, from 1.
    pub cycle: i32,
    /// Whether it could not wait.
    pub urgency: Urgency,
    /// Since when.
    pub started_at: DateTime<Utc>,
    /// How long it may take, in seconds.
    pub allowed: i64,
    /// After how many seconds a warning is given.
    pub warn_after: i64,
    /// In which hours that is counted.
    pub hours: Hours,
    /// Seconds that were counted up to `running_since`, or in all where it does not run.
    pub counted: i64,
    /// Since when it runs; none while it is paused and once it is over.
    pub running_since: Option<DateTime<Utc>>,
    /// How often it was paused.
    pub pauses: i32,
    /// When the time would have been over, where what was waited for ended it.
    pub due: Option<DateTime<Utc>>,
    /// When a warning was due.
    pub warned_at: Option<DateTime<Utc>>,
    /// When the time was over.
    pub breached_at: Option<DateTime<Utc>>,
    /// When the answer came, in time or not.
    pub met_at: Option<DateTime<Utc>>,
    /// When it was over, with or without what was waited for.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Target {
    /// State of the target.
    pub fn state(&self) -> TargetState {
        match self {
            Self { breached_at: Some(_), .. } => TargetState::Breached,
            Self { met_at: Some(_), .. } => TargetState::Met,
            Self { ended_at: Some(_), .. } => TargetState::Ended,
            Self { running_since: None, .. } => TargetState::Paused,
            _ => TargetState::Running,
        }
    }

    /// When so many seconds are counted, where it runs; where they are counted already, at the latest since it runs.
    fn reaches(&self, seconds: i64, time: WorkTime<'_>) -> Option<DateTime<Utc>> {
        let since = self.running_since?;
        let left = Duration::seconds(seconds - self.counted);
        Some(match self.hours {
            Hours::Working => time.after(since, left),
            Hours::RoundTheClock => since + left.max(Duration::zero()),
        })
    }

    /// When the time is or was over; none while it is paused.
    pub fn due_at(&self, time: WorkTime<'_>) -> Option<DateTime<Utc>> {
        self.breached_at.or(self.due).or_else(|| self.reaches(self.allowed, time))
    }

    /// When the next thing happens by the passing of time alone: a warning, or the end of the time.
    pub fn next_at(&self, time: WorkTime<'_>) -> Option<DateTime<Utc>> {
        match (self.warned_at, self.breached_at) {
            (_, Some(_)) => None,
            // The end of the time itself still belongs to it.
            (Some(_), None) => self.reaches(self.allowed, time).map(|at| at + Duration::milliseconds(1)),
            (None, None) => self.reaches(self.warn_after, time),
        }
    }

    /// Notes what the passing of time has brought up to a moment. What comes at the very end of the time comes in time.
    fn advance(&mut self, to: DateTime<Utc>, time: WorkTime<'_>) {
        if self.warned_at.is_none() {
            self.warned_at = self.reaches(self.warn_after, time).filter(|at| *at <= to);
        }
        if self.breached_at.is_none() {
            self.breached_at = self.reaches(self.allowed, time).filter(|at| *at < to);
        }
    }

    fn stop(&mut self, at: DateTime<Utc>, time: WorkTime<'_>) {
        if let Some(since) = self.running_since.take() {
            let passed = match self.hours {
                Hours::Working => time.between(since, at),
                Hours::RoundTheClock => (at - since).max(Duration::zero()),
            };
            self.counted += passed.num_seconds();
        }
    }
}

/// How far the fold has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is waited for now.
    pub open: Vec<Target>,
    /// How many there were of each kind.
    cycles: [i32; 3],
    /// Whether a first answer was given.
    answered: bool,
    /// Whether the enterprise is asked for information.
    pub paused: bool,
    /// Whether the consultation is over.
    pub ended: bool,
    /// The latest moment that was folded; what was stored earlier and is read later counts as of then.
    last: Option<DateTime<Utc>>,
}

/// Folds the histories of consultations by some rules.
#[derive(Debug, Clone, Copy)]
pub struct Fold<'a> {
    /// How long things may take.
    pub rules: &'a Rules,
    /// What counts as working time.
    pub time: WorkTime<'a>,
    /// The consultation.
    pub matter: Matter,
}

impl Fold<'_> {
    /// Takes in what happened next. Gives what is over by it.
    pub fn apply(&self, progress: &mut Progress, at: DateTime<Utc>, fact: Fact) -> Vec<Target> {
        let at = progress.last.map_or(at, |last| last.max(at));
        progress.last = Some(at);
        for target in &mut progress.open {
            target.advance(at, self.time);
        }
        match fact {
            Fact::Opened => {
                self.begin(progress, Kind::FirstAnswer, at);
                self.begin(progress, Kind::Conclusion, at);
                Vec::new()
            }
            Fact::InformationAsked => {
                if !progress.ended && !progress.paused {
                    progress.paused = true;
                    for target in &mut progress.open {
                        target.stop(at, self.time);
                        target.pauses += 1;
                    }
                }
                Vec::new()
            }
            Fact::QuestionWithdrawn => {
                Self::resume(progress, at);
                Vec::new()
            }
            Fact::EnterpriseWrote => {
                Self::resume(progress, at);
                let waits = progress.open.iter().any(|t| t.kind != Kind::Conclusion);
                if progress.answered && !progress.ended && !waits {
                    self.begin(progress, Kind::NextAnswer, at);
                }
                Vec::new()
            }
            Fact::ExpertWrote => {
                let over = self.end(progress, at, |t| (t.kind != Kind::Conclusion).then_some(true));
                progress.answered = true;
                over
            }
            Fact::Concluded | Fact::Closed if progress.ended => Vec::new(),
            Fact::Concluded => {
                progress.ended = true;
                progress.answered = true;
                progress.paused = false;
                self.end(progress, at, |_| Some(true))
            }
            Fact::Closed => {
                progress.ended = true;
                progress.paused = false;
                self.end(progress, at, |_| Some(false))
            }
            Fact::Reopened => {
                progress.ended = false;
                let kind = if progress.answered { Kind::NextAnswer } else { Kind::FirstAnswer };
                self.begin(progress, kind, at);
                self.begin(progress, Kind::Conclusion, at);
                Vec::new()
            }
        }
    }

    /// Notes what the passing of time has brought up to now.
    pub fn pass(&self, progress: &mut Progress, now: DateTime<Utc>) {
        for target in &mut progress.open {
            target.advance(now, self.time);
        }
    }

    /// When the passing of time brings something next.
    pub fn next_at(&self, progress: &Progress) -> Option<DateTime<Utc>> {
        progress.open.iter().filter_map(|target| target.next_at(self.time)).min()
    }

    /// Ends those that `how` names, with what was waited for or without it.
    fn end(
        &self,
        progress: &mut Progress,
        at: DateTime<Utc>,
        how: fn(&Target) -> Option<bool>,
    ) -> Vec<Target> {
        let mut over = Vec::new();
        progress.open.retain_mut(|target| {
            let Some(met) = how(target) else { return true };
            target.due = target.due_at(self.time);
            target.stop(at, self.time);
            target.ended_at = Some(at);
            target.met_at = met.then_some(at);
            over.push(target.clone());
            false
        });
        over
    }

    fn resume(progress: &mut Progress, at: DateTime<Utc>) {
        if std::mem::take(&mut progress.paused) {
            for target in &mut progress.open {
                target.running_since = Some(at);
            }
        }
    }

    fn begin(&self, progress: &mut Progress, kind: Kind, at: DateTime<Utc>) {
        if progress.open.iter().any(|target| target.kind == kind) {
            return;
        }
        let urgency = self.rules.urgency(self.matter.opened_at, self.matter.statutory_due);
        let Some(term) = self.rules.term(kind, self.matter.class, urgency) else { return };
        let Some(cycle) = Kind::ALL.iter().position(|k| *k == kind).and_then(|n| progress.cycles.get_mut(n))
        else {
            return;
        };
        *cycle += 1;
        let allowed = term.length.num_seconds();
        progress.open.push(Target {
            kind,
            cycle: *cycle,
            urgency,
            started_at: at,
            allowed,
            warn_after: allowed * i64::from(self.rules.warn_percent) / 100,
            hours: term.hours,
            counted: 0,
            running_since: Some(at),
            pauses: 0,
            due: None,
            warned_at: None,
            breached_at: None,
            met_at: None,
            ended_at: None,
        });
    }

    /// All targets of a whole history as they stand now: what is over in the order of its end, then what is waited for.
    pub fn targets(&self, history: &[(DateTime<Utc>, Fact)], now: DateTime<Utc>) -> Vec<Target> {
        let mut progress = Progress::default();
        let mut all: Vec<Target> =
            history.iter().flat_map(|(at, fact)| self.apply(&mut progress, *at, *fact)).collect();
        self.pass(&mut progress, now);
        all.extend(progress.open);
        all
    }
}

#[cfg(test)]
mod tests;
