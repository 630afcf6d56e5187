//! In whose hands a sample is: a fold of what was done with it, from the sealing to its return or destruction. An entry that was wrong is
//! annulled by another one; the fold passes over it. Pure.

use crate::core::state::NotAllowed;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// Which part of the sample.
    pub enum SamplePart {
        /// The one that is tested.
        Test = "test",
        /// The reserve sample.
        Reserve = "reserve",
    }
}

crate::word_enum! {
    /// In what state a part of the sample is.
    pub enum CustodyState {
        /// Not sealed yet.
        Unsealed = "unsealed",
        /// Sealed, with the samplers.
        Sealed = "sealed",
        /// On its way.
        Carried = "carried",
        /// Handed to somebody.
        Handed = "handed",
        /// In a store.
        Stored = "stored",
        /// Opened.
        Opened = "opened",
        /// Given back.
        Returned = "returned",
        /// The sample was destroyed.
        Destroyed = "destroyed",
    }
}

crate::word_enum! {
    /// What is done with a part of the sample.
    pub enum CustodyStep {
        /// Sealed; or sealed again after it was opened.
        Seal = "seal",
        /// Taken along by somebody, or given to a carrier.
        Carry = "carry",
        /// Handed to somebody.
        Hand = "hand",
        /// Put into a store.
        Store = "store",
        /// Opened.
        Open = "open",
        /// Given back.
        Return = "return",
        /// The sample is destroyed.
        Destroy = "destroy",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: CustodyState,
    step: CustodyStep,
) -> Result<CustodyState, NotAllowed<CustodyState, CustodyStep>> {
    use CustodyState::{Carried, Destroyed, Handed, Opened, Returned, Sealed, Stored, Unsealed};
    match (from, step) {
        (Unsealed | Opened, CustodyStep::Seal) => Ok(Sealed),
        (Sealed | Handed | Stored, CustodyStep::Carry) => Ok(Carried),
        (Sealed | Carried | Handed | Stored, CustodyStep::Hand) => Ok(Handed),
        (Sealed | Handed | Opened, CustodyStep::Store) => Ok(Stored),
        (Sealed | Handed | Stored, CustodyStep::Open) => Ok(Opened),
        (Sealed | Handed | Stored | Opened, CustodyStep::Return) => Ok(Returned),
        (Sealed | Handed | Stored | Opened, CustodyStep::Destroy) => Ok(Destroyed),
        (
            Unsealed | Sealed | Carried | Handed | Stored | Opened | Returned | Destroyed,
            CustodyStep::Seal
            | CustodyStep::Carry
            | CustodyStep::Hand
            | CustodyStep::Store
            | CustodyStep::Open
            | CustodyStep::Return
            | CustodyStep::Destroy,
        ) => Err(NotAllowed { from, step }),
    }
}

/// An entry, as far as the fold is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number among the entries of the inspection.
    pub ordinal: i32,
    /// The step of the custody.
    pub step: CustodyStep,
    /// When it was done, UTC.
    pub at: DateTime<Utc>,
    /// Who had the sample before.
    pub giver: Option<String>,
    /// Who has it from then on.
    pub taker: Option<String>,
    /// The numbers of the seals, as they were read.
    pub seals: Vec<String>,
    /// Whether the seals were whole.
    pub seals_whole: bool,
    /// Whether a recording shows it.
    pub filmed: bool,
}

crate::word_enum! {
    /// What is noted of an entry.
    pub enum CustodyFlag {
        /// Other seals than those that were put on.
        OtherSeals = "other_seals",
        /// The seals were not whole.
        SealsBroken = "seals_broken",
        /// Whoever gave it away had not got it, as the entries say.
        OtherHolder = "other_holder",
        /// It was opened without a recording.
        OpenedUnfilmed = "opened_unfilmed",
        /// So long after the entry before it that nobody says where the sample was.
        Gap = "gap",
    }
}

/// What an entry came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Judged {
    /// The entry.
    pub ordinal: i32,
    /// The state after it.
    #[schema(inline)]
    pub state: CustodyState,
    /// What is noted of it.
    #[schema(inline)]
    pub flags: Vec<CustodyFlag>,
}

/// What the entries of a part come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// The state after the last one.
    pub state: CustodyState,
    /// Who has it.
    pub holder: Option<String>,
    /// The seals on it.
    pub seals: Vec<String>,
    /// Each entry.
    pub entries: Vec<Judged>,
}

/// Why the entries of a part don't make a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The state does not allow the step of this entry.
    NotAllowed(i32, NotAllowed<CustodyState, CustodyStep>),
    /// This entry is earlier than the one before it.
    Earlier(i32),
}

fn same_name(a: &str, b: &str) -> bool {
    a.trim() == b.trim()
}

fn same_seals(a: &[String], b: &[String]) -> bool {
    let sorted = |seals: &[String]| {
        let mut seals: Vec<String> = seals.iter().map(|seal| seal.trim().to_uppercase()).collect();
        seals.sort();
        seals
    };
    sorted(a) == sorted(b)
}

fn judge(custody: &Custody, last: Option<DateTime<Utc>>, entry: &Entry, gap: Duration) -> Vec<CustodyFlag> {
    let mut flags = Vec::new();
    let mut note = |holds: bool, flag: CustodyFlag| {
        if holds {
            flags.push(flag);
        }
    };
    let sealing = entry.step == CustodyStep::Seal;
    let sealed = !sealing && custody.state != CustodyState::Opened;
    note(
        sealed && !entry.seals.is_empty() && !same_seals(&custody.seals, &entry.seals),
        CustodyFlag::OtherSeals,
    );
    note(sealed && !entry.seals_whole, CustodyFlag::SealsBroken);
    let other = match (&custody.holder, &entry.giver) {
        (Some(holder), Some(giver)) => !same_name(holder, giver),
        _ => false,
    };
    note(!sealing && other, CustodyFlag::OtherHolder);
    note(entry.step == CustodyStep::Open && !entry.filmed, CustodyFlag::OpenedUnfilmed);
    // In a store a sample may lie as long as it must; elsewhere somebody is to say where it is.
    let moving = matches!(custody.state, CustodyState::Sealed | CustodyState::Carried | CustodyState::Handed);
    note(moving && last.is_some_and(|last| entry.at - last > gap), CustodyFlag::Gap);
    flags
}

/// Folds the entries of one part, in the order of their numbers, without those that were annulled. `gap` is the longest time for which nobody
/// has to say where a sample is that lies in no store.
///
/// # Errors
/// When a step is not allowed where it stands, or an entry is earlier than the one before it.
pub fn fold(entries: &[Entry], gap: Duration) -> Result<Custody, Refusal> {
    let mut custody =
        Custody { state: CustodyState::Unsealed, holder: None, seals: Vec::new(), entries: Vec::new() };
    let mut last = None;
    for entry in entries {
        let state = transition(custody.state, entry.step)
            .map_err(|refused| Refusal::NotAllowed(entry.ordinal, refused))?;
        if last.is_some_and(|last| entry.at < last) {
            return Err(Refusal::Earlier(entry.ordinal));
        }
        let flags = judge(&custody, last, entry, gap);
        if entry.step == CustodyStep::Seal {
            custody.seals.clone_from(&entry.seals);
        }
        if entry.taker.is_some() {
            custody.holder.clone_from(&entry.taker);
        }
        (custody.state, last) = (state, Some(entry.at));
        custody.entries.push(Judged { ordinal: entry.ordinal, state, flags });
    }
    Ok(custody)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for from in CustodyState::ALL {
            for step in CustodyStep::ALL {
                if let Ok(to) = transition(*from, *step) {
                    table.push(format!("{from} {step} {to}"));
                }
            }
        }
        assert_eq!(
            table,
            [
                "unsealed seal sealed",
                "sealed carry carried",
                "sealed hand handed",
                "sealed store stored",
                "sealed open opened",
                "sealed return returned",
                "sealed destroy destroyed",
                "carried hand handed",
                "handed carry carried",
                "handed hand handed",
                "handed store stored",
                "handed open opened",
                "handed return returned",
                "handed destroy destroyed",
                "stored carry carried",
                "stored hand handed",
                "stored open opened",
                "stored return returned",
                "stored destroy destroyed",
                "opened seal sealed",
                "opened store stored",
                "opened return returned",
                "opened destroy destroyed",
            ]
        );
    }

    fn entry(ordinal: i32, step: CustodyStep, hours: i64, parties: (Option<&str>, Option<&str>)) -> Entry {
        let begin: DateTime<Utc> = "2026-11-29T01:00:00Z".parse().unwrap();
        Entry {
            ordinal,
            step,
            at: begin + Duration::hours(hours),
            giver: parties.0.map(str::to_owned),
            taker: parties.1.map(str::to_owned),
            seals: vec!["F001".to_owned(), "F002".to_owned()],
            seals_whole: true,
            filmed: true,
        }
    }

    fn history() -> Vec<Entry> {
        vec![
            entry(1, CustodyStep::Seal, 0, (None, Some("抽样人员"))),
            entry(2, CustodyStep::Carry, 1, (Some("抽样人员"), Some("物流公司"))),
            entry(3, CustodyStep::Hand, 20, (Some("物流公司"), Some("检验机构"))),
            entry(4, CustodyStep::Store, 21, (Some("检验机构"), Some("检验机构"))),
            entry(5, CustodyStep::Open, 200, (Some("检验机构"), None)),
            entry(6, CustodyStep::Destroy, 300, (Some("检验机构"), None)),
        ]
    }

    fn flags_of(entries: &[Entry], at: usize) -> Vec<CustodyFlag> {
        fold(entries, Duration::hours(48)).unwrap().entries[at].flags.clone()
    }

    #[test]
    fn a_whole_history_has_no_flag() {
        let custody = fold(&history(), Duration::hours(48)).unwrap();
        assert_eq!((custody.state, custody.holder.as_deref()), (CustodyState::Destroyed, Some("检验机构")));
        assert!(custody.entries.iter().all(|entry| entry.flags.is_empty()), "{:?}", custody.entries);
    }

    #[test]
    fn each_weakness_has_its_flag() {
        let mut changed = history();
        changed[2].seals = vec!["f002".to_owned(), "F001 ".to_owned()];
        assert_eq!(flags_of(&changed, 2), [], "the same numbers, written otherwise");
        changed[2].seals = vec!["F001".to_owned(), "F003".to_owned()];
        assert_eq!(flags_of(&changed, 2), [CustodyFlag::OtherSeals]);
        let mut changed = history();
        changed[2].seals_whole = false;
        assert_eq!(flags_of(&changed, 2), [CustodyFlag::SealsBroken]);
        let mut changed = history();
        changed[2].giver = Some("另一家公司".to_owned());
        assert_eq!(flags_of(&changed, 2), [CustodyFlag::OtherHolder]);
        let mut changed = history();
        changed[4].filmed = false;
        assert_eq!(flags_of(&changed, 4), [CustodyFlag::OpenedUnfilmed]);
        let mut changed = history();
        changed[2].at += Duration::hours(60);
        changed[3].at = changed[2].at;
        assert_eq!(flags_of(&changed, 2), [CustodyFlag::Gap]);
    }

    #[test]
    fn what_makes_no_history_is_refused() {
        let gap = Duration::hours(48);
        let mut wrong = history();
        wrong.remove(0);
        assert!(matches!(fold(&wrong, gap), Err(Refusal::NotAllowed(2, _))));
        let mut wrong = history();
        wrong[3].at -= Duration::hours(5);
        assert_eq!(fold(&wrong, gap), Err(Refusal::Earlier(4)));
    }
}
